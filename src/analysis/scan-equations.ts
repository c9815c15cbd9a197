import type { BackgroundBasis } from './background-basis.ts';
import type { NormalEquations } from './normal-equations.ts';
import { addBackgroundBlock, addCrossBlock, dot, dotEach, spanOf } from './scan-products.ts';

interface Known {
  readonly weights: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly equations: NormalEquations;
}

/** Weightings whose sums are kept: each fit returns to the one of its last step, and all fits to the one they start from. */
const KEPT = 6;

/**
 * Normal equations of least squares on one scan. The first unknowns are the background functions, the others are columns, in the order given; the
 * right side is that of the counts. Sums are as over dense columns, but each point meets only the splines that reach it, and what was summed
 * before for the same weights and columns (the same arrays, unchanged) is not summed again.
 */
export class ScanEquations {
  private readonly background: BackgroundBasis;
  private readonly counts: Float64Array;
  private readonly weighted: Float64Array;
  private known: readonly Known[] = [];

  constructor(background: BackgroundBasis, counts: Float64Array) {
    this.background = background;
    this.counts = counts;
    this.weighted = new Float64Array(counts.length);
  }

  /** A system of its own, free to be changed. Only the first `lasting` columns are remembered; the others may be overwritten afterwards. */
  build(columns: readonly Float64Array[], weights: Float64Array, lasting = columns.length): NormalEquations {
    const linear = this.background.count;
    const n = linear + columns.length;
    const equations = { n, matrix: new Float64Array(n * n), right: new Float64Array(n) };
    const old = this.known.find((known) => known.weights === weights) ?? null;
    const places = columns.map((column) => (old ? old.columns.indexOf(column) : -1));
    if (old) copyKnown(equations, old.equations, linear, places);
    else addBackgroundBlock(equations, this.background, weights, this.counts);
    const done: number[] = places.flatMap((place, p) => (place >= 0 ? [p] : []));
    places.forEach((place, p) => {
      if (place >= 0) return;
      done.push(p);
      this.addColumn(equations, columns, p, done, weights);
    });
    mirror(equations);
    const kept = { weights, columns: columns.slice(0, lasting), equations: copyOf(equations) };
    this.known = [kept, ...this.known.filter((known) => known !== old)].slice(0, KEPT);
    return equations;
  }

  /** Column p with the background and with the columns listed. */
  private addColumn(
    { n, matrix, right }: NormalEquations,
    columns: readonly Float64Array[],
    p: number,
    others: readonly number[],
    weights: Float64Array,
  ): void {
    const { weighted, background } = this;
    const column = columns[p]!;
    const { from, to } = spanOf(column);
    for (let i = from; i < to; i++) weighted[i] = column[i]! * weights[i]!;
    const own = background.count + p;
    addCrossBlock(matrix, own * n, background, weighted, from, to);
    right[own] = dot(weighted, this.counts, from, to);
    const products = new Float64Array(others.length);
    dotEach(
      products,
      others.map((other) => columns[other]!),
      weighted,
      from,
      to,
    );
    others.forEach((other, k) => {
      const [high, low] = other > p ? [other, p] : [p, other];
      matrix[(background.count + high) * n + background.count + low] = products[k]!;
    });
  }
}

/** Takes over the lower triangle of background and known columns; places[p] is where column p stood, -1 where it is new. */
function copyKnown(into: NormalEquations, from: NormalEquations, linear: number, places: readonly number[]): void {
  const sources = [...Array.from({ length: linear }, (_, a) => a), ...places.map((place) => (place < 0 ? -1 : linear + place))];
  sources.forEach((source, a) => {
    if (source < 0) return;
    into.right[a] = from.right[source]!;
    for (let b = 0; b <= a; b++) if (sources[b]! >= 0) into.matrix[a * into.n + b] = from.matrix[source * from.n + sources[b]!]!;
  });
}

function mirror({ n, matrix }: NormalEquations): void {
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) matrix[b * n + a] = matrix[a * n + b]!;
}

function copyOf({ n, matrix, right }: NormalEquations): NormalEquations {
  return { n, matrix: matrix.slice(), right: right.slice() };
}
