import { createHash } from 'node:crypto';
import { examineResidual } from '../src/analysis/examine-residual.ts';
import { fitDataOf } from '../src/analysis/fit-data.ts';
import { MixtureFitter } from '../src/analysis/fit-mixture.ts';
import { relaxLines } from '../src/analysis/relax-lines.ts';
import { weighPhases } from '../src/analysis/weigh-phases.ts';
import { type Identification, identificationIdOf, type PhaseCandidate } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { leaveOut } from './leave-out.ts';
import { libraryFor } from './library.ts';
import { startingOptics } from './mixture-identifier.ts';
import type { ReferencePhase } from './references/load-references.ts';

const THRESHOLD = 0.5;
/** Height of the strongest line, relative to the strongest phase, at which a phase is as likely there as not. */
const EVEN_HEIGHT = 0.08;
const EVEN_SIGMA = 8;

/** The baseline: non-negative least squares over all references at once, lattices as in the literature. No network, no search. */
export function nnlsIdentifier(references: readonly ReferencePhase[], nowMs: () => number): Identifier {
  const modelId = 'nnls';
  const modelSha256 = createHash('sha256')
    .update(JSON.stringify([modelId, references]))
    .digest('hex');
  return {
    modelId,
    modelSha256,
    phaseIds: references.map(({ phaseId }) => phaseId),
    threshold: THRESHOLD,
    identify: async (pattern) => identify(pattern, references, { modelId, modelSha256 }, nowMs),
    explain: async () => [],
    without: (phaseIds) => nnlsIdentifier(leaveOut({ modelSha256, references, voter: null }, phaseIds).references, nowMs),
    close: async () => undefined,
  };
}

function identify(
  pattern: Pattern,
  references: readonly ReferencePhase[],
  model: { modelId: string; modelSha256: string },
  nowMs: () => number,
): Identification {
  const startMs = nowMs();
  const data = fitDataOf(pattern);
  const library = libraryFor(references, pattern.radiation);
  const fit = new MixtureFitter(data).linearFit({
    phases: library,
    optics: startingOptics(pattern.radiation),
    shift: { zeroDeg: 0, displacementMm: 0 },
  });
  const strongest = Math.max(1e-12, ...fit.phases.map(({ state }) => state.scale));
  const weighed = new Map(weighPhases(fit).map((entry) => [entry.phaseId, entry]));
  const candidates = fit.phases.map(({ phaseId, state }, p): PhaseCandidate => {
    const known = library[p]!;
    const height = Math.log(Math.max(1e-6, state.scale / strongest) / EVEN_HEIGHT);
    const significance = Math.log(Math.max(1e-6, state.scale / (fit.scaleSigma[p]! * EVEN_SIGMA)));
    const probability = 1 / (1 + Math.exp(-2 * Math.min(height, significance)));
    return {
      phaseId,
      formula: known.formula,
      spaceGroup: known.spaceGroup,
      groupPhaseIds: known.groupPhaseIds,
      probability,
      networkProbability: null,
      spread: null,
      weightFraction: weighed.get(phaseId)?.fraction ?? null,
      weightFractionSigma: weighed.get(phaseId)?.sigma ?? null,
      scale: state.scale,
      latticeStrainMax: 0,
      sizeNm: state.sizeNm,
      rivalId: null,
    };
  });
  candidates.sort((a, b) => b.probability - a.probability || (a.phaseId < b.phaseId ? -1 : 1));
  const claimed = candidates.filter(({ probability }) => probability >= THRESHOLD);
  const setProbability =
    claimed.length === 0 ? 0 : candidates.reduce((product, { probability }) => product * Math.max(probability, 1 - probability), 1);
  return {
    identificationId: identificationIdOf(pattern.patternId, model),
    patternId: pattern.patternId,
    modelId: model.modelId,
    threshold: THRESHOLD,
    verdict: claimed.length === 0 ? 'noSignal' : setProbability >= 0.95 ? 'confident' : 'ambiguous',
    candidates,
    setProbability,
    rivalSets: [{ phaseIds: claimed.map(({ phaseId }) => phaseId), probability: setProbability, differsAtDeg: [] }],
    shift: fit.shift,
    unexplained: examineResidual(data, fit, relaxLines(data, fit)),
    novelty: { score: 0, isNovel: false },
    detectionLimits: [],
    disagreement: [],
    timingMs: { load: 0, network: 0, search: nowMs() - startMs, explain: 0, total: nowMs() - startMs },
  };
}
