import type { DacoStatus } from './status-fields.ts';

/**
 * Keeps the account of a scan's values: which point the next fetched value belongs to. The controller tells how many steps remain and how many
 * values it stores; stored + remaining falls by exactly what was fetched (and forgotten), so that a lost answer shows in it.
 */
export class ScanTally {
  readonly pointCount: number;
  /** Index of the point that the oldest stored value belongs to. */
  next = 0;
  /** Values that were forgotten by the controller and never arrived: [index, count]. */
  readonly lost: (readonly [number, number])[] = [];
  #openSum: number | null = null;
  #steady = true;

  constructor(pointCount: number) {
    this.pointCount = pointCount;
  }

  /** A state of the running scan, with no fetch under way. */
  note({ storedValues, remainingSteps }: DacoStatus): void {
    const sum = storedValues + remainingSteps + this.next;
    if (this.#openSum !== null && sum !== this.#openSum) this.#steady = false;
    this.#openSum = sum;
  }

  fetched(count: number): void {
    this.next += count;
  }

  /**
   * The answer to a fetch of at most `asked` values was lost; `status` is the state after it. Gives how many values went with it; null where the
   * account cannot tell: then no later value can be put at its angle.
   */
  settleLoss(asked: number, { storedValues, remainingSteps }: DacoStatus): number | null {
    if (this.#openSum === null || !this.#steady) return null;
    const gone = this.#openSum - this.next - storedValues - remainingSteps;
    if (gone < 0 || gone > asked) return null;
    if (gone > 0) this.giveUp(gone);
    return gone;
  }

  /** The next `count` values will not be fetched. */
  giveUp(count: number): void {
    this.lost.push([this.next, count]);
    this.next += count;
  }

  get lostCount(): number {
    return this.lost.reduce((sum, [, count]) => sum + count, 0);
  }
}
