interface Due {
  readonly atS: number;
  readonly order: number;
  readonly act: (atS: number) => void;
}

/** Things that will happen at set times on the instrument's clock, in order of time. */
export class Schedule {
  private due: Due[] = [];
  private made = 0;

  /** Returns a function that takes the event back. */
  at(atS: number, act: (atS: number) => void): () => void {
    const entry: Due = { atS, order: this.made++, act };
    this.due.push(entry);
    this.due.sort((a, b) => a.atS - b.atS || a.order - b.order);
    return () => {
      this.due = this.due.filter((other) => other !== entry);
    };
  }

  nextS(): number {
    return this.due[0]?.atS ?? Number.POSITIVE_INFINITY;
  }

  /** Runs everything due by `nowS`; an act may add more. */
  runUntil(nowS: number): void {
    for (let next = this.due[0]; next && next.atS <= nowS; next = this.due[0]) {
      this.due.shift();
      next.act(next.atS);
    }
  }
}
