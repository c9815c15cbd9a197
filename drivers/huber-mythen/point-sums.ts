import { pointAt, type Raster } from './snapshot-plan.ts';

export interface SumRules {
  /** Dead time of a strip after each count, s. */
  readonly deadTimeS: number;
  /** A strip that counts faster is saturated: what it saw is not used. */
  readonly maxStripRateCps: number;
}

export interface FrameComparison {
  readonly counted: number;
  readonly expected: number;
  readonly sigma: number;
}

export interface SummedPoint {
  readonly index: number;
  readonly counts: number;
  /** Strip seconds: dead time taken off, efficiency of the strips put in. */
  readonly liveS: number;
}

/**
 * Counts and live time of every point of a raster. A strip's counts go wholly to the point that its angle is nearest to, never shared out: sums
 * stay whole numbers with the statistics of counts. A rate of the point is counts per second of one strip, whatever the step.
 */
export class PointSums {
  readonly #raster: Raster;
  readonly #offsetsDeg: Float64Array;
  readonly #efficiency: Float64Array;
  readonly #rules: SumRules;
  readonly #counts: Float64Array;
  readonly #liveS: Float64Array;
  readonly #saturated: Uint8Array;
  #next = 0;

  /** `efficiency` of each strip against the median of all. */
  constructor(raster: Raster, offsetsDeg: Float64Array, efficiency: Float64Array, rules: SumRules) {
    this.#raster = raster;
    this.#offsetsDeg = offsetsDeg;
    this.#efficiency = efficiency;
    this.#rules = rules;
    this.#counts = new Float64Array(raster.pointCount);
    this.#liveS = new Float64Array(raster.pointCount);
    this.#saturated = new Uint8Array(raster.pointCount);
  }

  /** One exposure of `exposureS` with the arm at `armDeg`; strips that are not `usable` are left out, counts and time. */
  add(armDeg: number, exposureS: number, counts: Int32Array, usable: Uint8Array): void {
    const { maxStripRateCps } = this.#rules;
    this.#eachStrip(armDeg, exposureS, counts, usable, (point, count, liveS) => {
      // One saturated strip spoils its point: to leave out only the strip would leave out what was brightest.
      if (count > maxStripRateCps * exposureS) this.#saturated[point] = 1;
      this.#counts[point]! += count;
      this.#liveS[point]! += liveS;
    });
  }

  /**
   * What an exposure counted where others counted before, what those let expect, and the standard deviation of the difference. Points at which
   * one of them is saturated are no measure.
   */
  compare(armDeg: number, exposureS: number, counts: Int32Array, usable: Uint8Array): FrameComparison {
    const newLiveS = new Float64Array(this.#raster.pointCount);
    let counted = 0;
    this.#eachStrip(armDeg, exposureS, counts, usable, (point, count, liveS) => {
      if (!(this.#liveS[point]! > 0) || this.#saturated[point]) return;
      counted += count;
      newLiveS[point]! += liveS;
    });
    let expected = 0;
    let variance = 0;
    newLiveS.forEach((liveS, point) => {
      if (liveS === 0) return;
      const share = liveS / this.#liveS[point]!;
      expected += this.#counts[point]! * share;
      variance += this.#counts[point]! * share * share;
    });
    return { counted, expected, sigma: Math.sqrt(Math.max(1, expected + variance)) };
  }

  #eachStrip(
    armDeg: number,
    exposureS: number,
    counts: Int32Array,
    usable: Uint8Array,
    take: (point: number, count: number, liveS: number) => void,
  ): void {
    const { pointCount } = this.#raster;
    const { deadTimeS } = this.#rules;
    counts.forEach((count, strip) => {
      const point = pointAt(this.#raster, armDeg + this.#offsetsDeg[strip]!);
      if (!usable[strip] || point < 0 || point >= pointCount) return;
      take(point, count, (exposureS - count * deadTimeS) * this.#efficiency[strip]!);
    });
  }

  /** The points below `angleDeg` that were not taken yet, without those that cannot be used. */
  take(angleDeg: number): SummedPoint[] {
    const { pointCount } = this.#raster;
    const end = Math.min(pointCount, Math.max(this.#next, pointAt(this.#raster, angleDeg)));
    const points: SummedPoint[] = [];
    for (; this.#next < end; this.#next++) {
      const [counts, liveS] = [this.#counts[this.#next]!, this.#liveS[this.#next]!];
      if (liveS > 0 && !this.#saturated[this.#next]) points.push({ index: this.#next, counts, liveS });
    }
    return points;
  }

  /** Points under a saturated strip, and points that no usable strip ever saw. */
  unusable(): { readonly saturated: number[]; readonly unseen: number[] } {
    const saturated: number[] = [];
    const unseen: number[] = [];
    this.#liveS.forEach((liveS, index) => {
      if (this.#saturated[index]) saturated.push(index);
      else if (!(liveS > 0)) unseen.push(index);
    });
    return { saturated, unseen };
  }
}
