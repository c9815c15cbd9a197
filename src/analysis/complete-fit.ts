import { addBackground, type BackgroundBasis } from './background-basis.ts';
import type { MixtureFit } from './fit-mixture.ts';
import { backSolve, factorise, type NormalEquations } from './normal-equations.ts';

/** Adds what only the fits that are looked at need; worked out when first asked for. */
export function completeFit(
  fit: Pick<MixtureFit, 'phases' | 'optics' | 'shift' | 'model' | 'objective'>,
  basis: BackgroundBasis,
  shapes: readonly Float64Array[],
  solution: Float64Array,
  equations: NormalEquations,
): MixtureFit {
  let background: Float64Array | null = null;
  let contributions: Float64Array[] | null = null;
  let scaleSigma: number[] | null = null;
  return {
    ...fit,
    get background() {
      if (!background) {
        background = new Float64Array(fit.model.length);
        addBackground(background, basis, solution);
      }
      return background;
    },
    get contributions() {
      contributions ??= shapes.map((shape, p) => shape.map((value) => value * solution[basis.count + p]!));
      return contributions;
    },
    get scaleSigma() {
      scaleSigma ??= standardErrors(equations, basis.count);
      return scaleSigma;
    },
  };
}

/** Standard errors of the unknowns from `first` on. */
function standardErrors(equations: NormalEquations, first: number): number[] {
  const factor = factorise(equations);
  return Array.from({ length: equations.n - first }, (_, p) => {
    const right = new Float64Array(equations.n);
    right[first + p] = 1;
    const variance = backSolve(factor, right)[first + p]!;
    return variance > 0 ? Math.sqrt(variance) : Number.POSITIVE_INFINITY;
  });
}
