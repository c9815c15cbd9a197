/** An answer that was given before is believed to be new where chance makes an equal one so often. */
const SAME_AGAIN = 1e-4;

/** Values that were answered last, to tell an old answer that comes again from a new one: the wire numbers nothing. */
export class OldAnswers {
  readonly #byRequest = new Map<number, string>();
  #last = '';

  /** Is this the last answer once more, or the last one to the same request? `counts` are its values as counts. */
  isOld(asked: number, text: string, counts: readonly number[]): boolean {
    return (text === this.#last || text === this.#byRequest.get(asked)) && chanceOfSame(counts) < SAME_AGAIN;
  }

  note(asked: number, text: string): void {
    this.#byRequest.set(asked, text);
    this.#last = text;
  }
}

/** The chance that as many new points count exactly the same: two Poisson counts of mean m are equal in one of sqrt(4 pi m) cases. */
function chanceOfSame(counts: readonly number[]): number {
  return counts.reduce((chance, count) => chance / Math.sqrt(Math.max(1, 4 * Math.PI * count)), 1);
}
