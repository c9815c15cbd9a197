import { examineResidual, type Unexplained } from '../src/analysis/examine-residual.ts';
import type { FitData } from '../src/analysis/fit-data.ts';
import { type MixtureFit, MixtureFitter } from '../src/analysis/fit-mixture.ts';
import { refineTexture } from '../src/analysis/refine-texture.ts';
import { relaxLines } from '../src/analysis/relax-lines.ts';
import { LONG_TAILS } from '../src/diffraction/fit-lines.ts';

/** Peaks below this share of the strongest line are traces at most: they do not make a pattern unexplained, however long it was counted. */
const NOTABLE_HEIGHT = 0.01;
/** Above this, in units of its error, a peak asks for another look. */
const QUESTIONABLE_SIGMA = 6;

/** What the claimed phases leave; where that is a peak of note, preferred orientation is tried first. */
export function lastLook(data: FitData, kept: MixtureFit): { readonly fit: MixtureFit; readonly unexplained: Unexplained } {
  const unexplained = whatRemains(data, kept);
  if (unexplained.maxPeakSigma <= QUESTIONABLE_SIGMA || kept.phases.length === 0) return { fit: kept, unexplained };
  const fit = refineTexture(new MixtureFitter(data, LONG_TAILS), kept);
  return { fit, unexplained: fit === kept ? unexplained : whatRemains(data, fit) };
}

function whatRemains(data: FitData, fit: MixtureFit): Unexplained {
  return examineResidual(data, fit, relaxLines(data, fit), NOTABLE_HEIGHT);
}
