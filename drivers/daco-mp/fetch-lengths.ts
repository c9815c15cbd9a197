/**
 * How many values to ask for at once. The wire numbers nothing, so that an answer is known by its length alone: a length whose answer was lost is
 * never asked for again in the same scan, nor in the next ones for a while, and the lost answer, should it merely be late, is told from every other.
 */
export class FetchLengths {
  readonly #most: number;
  readonly #forgetMs: number;
  readonly #unanswered = new Map<number, number>();

  /** `most`: values in one answer. `forgetMs`: no answer is expected any more after so long. */
  constructor(most: number, forgetMs: number) {
    this.#most = most;
    this.#forgetMs = forgetMs;
  }

  /** The answer with so many values was lost now. */
  lost(length: number, nowMs: number): void {
    this.#unanswered.set(length, nowMs);
  }

  /** A scan is about to begin. */
  begin(nowMs: number): void {
    for (const [length, lostMs] of this.#unanswered) if (nowMs - lostMs > this.#forgetMs) this.#unanswered.delete(length);
  }

  /** The least length that can still be asked for; null where none is left. */
  get least(): number | null {
    for (let length = 1; length <= this.#most; length++) if (!this.#unanswered.has(length)) return length;
    return null;
  }

  /**
   * The most of `stored` values to ask for now, such that the rest of the `missing` ones can be asked for too; 0 where it is better to wait.
   * `over`: no more will come to be stored.
   */
  choose(stored: number, missing: number, over: boolean): number {
    const { least } = this;
    if (least === null) return 0;
    let any = 0;
    for (let length = Math.min(stored, this.#most); length >= least; length--) {
      if (this.#unanswered.has(length)) continue;
      const rest = missing - length;
      if (rest === 0 || rest >= least) return length;
      any ||= length;
    }
    return over ? any : 0;
  }
}
