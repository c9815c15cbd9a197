import type { RandomSource } from '../../../src/ports/runtime.ts';
import { type DeadTime, observedCps } from '../../dead-time.ts';
import type { RateOf } from '../../virtual-detector.ts';
import type { StripDisturbance, StripReach } from '../strip-reach.ts';
import type { LitPiece } from './exposure-trace.ts';
import { CHANNELS_PER_MODULE, stripGeometry } from './strip-geometry.ts';

/** Dead time of a strip of the Mythen2 as it is simulated here, in s: 200 ns, within the 100 to 250 ns of such detectors (domain-facts 5.2). */
export const MYTHEN_STRIP_DEAD_S = 2e-7;
/** Strips differ by so much in what they count (one sigma), and the flat field was measured so well. */
const GAIN_SIGMA = 0.02;
const FLAT_FIELD_SIGMA = 0.002;
const FLAT_FIELD_MEAN = 10_000;
const BAD_PER_MODULE = 3;
/** How softly the threshold of a strip cuts, in keV. */
const THRESHOLD_WIDTH_KEV = 0.15;
/** Below it the beam stop shades the strips. */
const BEAM_STOP_DEG = 2;

interface Disturbed {
  readonly what: StripDisturbance;
  readonly counted: () => void;
}

/** The sensor: from rates at angles to what each counter has seen. Its strips are drawn from the random source. */
export class StripSensor implements Pick<StripReach, 'channels' | 'disturb'> {
  readonly badChannels: Uint8Array;
  /** What each channel counted under even light, of 10000 on average. */
  readonly flatField: Int32Array;
  private readonly offsetDeg: Float64Array;
  private readonly gain: Float64Array;
  private readonly rateOf: RateOf;
  private readonly photonKev: number;
  private readonly deadTime: DeadTime;
  private disturbed: Disturbed[] = [];

  constructor(modules: number, radiusMm: number, photonKev: number, rateOf: RateOf, deadTime: DeadTime, random: RandomSource) {
    const { offsetDeg, solidAngle } = stripGeometry(modules, radiusMm);
    this.offsetDeg = offsetDeg;
    this.rateOf = rateOf;
    this.photonKev = photonKev;
    this.deadTime = deadTime;
    this.gain = solidAngle.map((share) => share * (1 + GAIN_SIGMA * clipped(random.normal())));
    this.flatField = Int32Array.from(this.gain, (gain) => Math.round(FLAT_FIELD_MEAN * gain * (1 + FLAT_FIELD_SIGMA * random.normal())));
    this.badChannels = new Uint8Array(offsetDeg.length);
    for (let module = 0; module < modules; module++)
      for (let k = 0; k < BAD_PER_MODULE; k++) this.badChannels[module * CHANNELS_PER_MODULE + random.integer(CHANNELS_PER_MODULE)] = 1;
  }

  channels(): number {
    return this.offsetDeg.length;
  }

  disturb(what: StripDisturbance, counted: () => void): () => void {
    const entry = { what, counted };
    this.disturbed.push(entry);
    return () => {
      this.disturbed = this.disturbed.filter((other) => other !== entry);
    };
  }

  /**
   * What the counters have seen in an exposure of `exposureS` that was lit as `pieces` tell; thresholds in keV, one for each module.
   * A counter loses what falls into its dead time.
   */
  count(pieces: readonly LitPiece[], exposureS: number, thresholdKev: readonly number[], random: RandomSource): Float64Array {
    const channels = this.channels();
    const mean = new Float64Array(channels);
    const own = this.ownCps();
    const seen = this.share(thresholdKev);
    let litS = 0;
    for (const { armDeg, seconds, atS } of pieces) {
      const angles = this.offsetDeg.map((offset) => armDeg + offset);
      const cps = this.rateOf(angles, () => atS);
      for (let i = 0; i < channels; i++) {
        const beamCps = angles[i]! < BEAM_STOP_DEG ? 0 : cps[i]! * seen[i]!;
        mean[i]! += observedCps(beamCps + own[i]!, this.deadTime) * seconds;
      }
      litS += seconds;
    }
    const darkS = Math.max(0, exposureS - litS);
    for (const { counted } of this.disturbed) counted();
    return mean.map((expected, i) => random.poisson(expected + observedCps(own[i]!, this.deadTime) * darkS));
  }

  /** Counts per second that strips make without light. */
  private ownCps(): Float64Array {
    const cps = new Float64Array(this.channels());
    for (const { what } of this.disturbed) if (what.kind === 'hot') cps[what.channel]! += what.cps;
    return cps;
  }

  /** What a strip counts of the rate at its angle. */
  private share(thresholdKev: readonly number[]): Float64Array {
    let byKev = 0;
    let factor = 1;
    for (const { what } of this.disturbed) {
      if (what.kind === 'flood') factor *= what.factor;
      if (what.kind === 'threshold') byKev += what.byKev;
    }
    const share = this.gain.map((gain, i) => {
      const cutKev = thresholdKev[Math.floor(i / CHANNELS_PER_MODULE)]! + byKev;
      return (this.badChannels[i] ? 0 : gain * factor) / (1 + Math.exp((cutKev - this.photonKev) / THRESHOLD_WIDTH_KEV));
    });
    for (const { what } of this.disturbed) if (what.kind === 'dead') share.fill(0, what.fromChannel, what.fromChannel + what.count);
    return share;
  }
}

function clipped(normal: number): number {
  return Math.max(-3, Math.min(3, normal));
}
