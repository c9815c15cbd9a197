/** Columns of zeros of one length, lent until the next reset: a fit needs a dozen in every step, and making them anew keeps the collector busy. */
export class ColumnPool {
  private readonly points: number;
  private readonly columns: Float64Array[] = [];
  private lent = 0;

  constructor(points: number) {
    this.points = points;
  }

  take(): Float64Array {
    const known = this.columns[this.lent];
    this.lent++;
    if (known) return known.fill(0);
    const column = new Float64Array(this.points);
    this.columns.push(column);
    return column;
  }

  /** All columns lent so far may be lent again. */
  reset(): void {
    this.lent = 0;
  }
}
