import { expect, test } from '@jest/globals';
import { withFindings } from '../../../src/analysis/silence-answer.ts';
import type { ToldFacts } from '../../../src/domain/sample-knowledge.ts';
import type { ScanFinding } from '../../../src/domain/scan-finding.ts';
import { candidate, identification } from '../../support/identifications.ts';

const told: ToldFacts = {
  addedPhaseIds: ['Li2O_225'],
  replacedPhaseIds: [],
  leftOutPhaseIds: [],
  expected: [],
  requiredMissing: [],
  amorphous: { standardId: 'Al2O3_167', weightFraction: 0.1, sigma: 0.01 },
  internalStandard: { phaseId: 'Al2O3_167', weightFraction: 0.2 },
  holderLinesDeg: [],
};
const found = candidate('Al2O3_167', 0.99, {
  networkProbability: 0.9,
  weightFraction: 1,
  weightFractionSigma: 0.02,
  weightFractionCountingSigma: 0.01,
  scale: 120,
  latticeStrainMax: 0.002,
  sizeNm: 40,
  rivalId: 'NiO_225',
  camCheck: { hotRegion: { fromDeg: 30, toDeg: 31 }, hotRegionHoldsReflection: true, voteDropsWhenMasked: true, logitDrop: 2 },
});
const curve = Float64Array.of(1, 2);
const answer = identification([found], {
  told,
  curves: { twoThetaDeg: curve, observedCps: curve, modelCps: curve, backgroundCps: curve, residualSigma: curve, phases: [] },
  rivalSets: [{ phaseIds: ['NiO_225'], probability: 0.1, differsAtDeg: [] }],
  detectionLimits: [{ phaseId: 'NiO_225', weightFraction: 0.01, sigma: 3 }],
  disagreement: [{ range: { fromDeg: 30, toDeg: 35 }, score: 0.5, between: ['Al2O3_167', 'NiO_225'] }],
});
const finding = (severity: ScanFinding['severity']): ScanFinding => ({ kind: 'noBeam', severity, message: 'there is no beam' });

test('of a scan from which nothing can be read no figure of the fit is left', () => {
  const silent = withFindings(answer, [finding('stop')]);
  expect(silent).toMatchObject({ verdict: 'noSignal', setProbability: 0, rivalSets: [], detectionLimits: [], disagreement: [] });
  expect(silent).not.toHaveProperty('curves');
  expect(silent.told).toEqual({ ...told, amorphous: null });
  expect(silent.candidates).toEqual([
    candidate('Al2O3_167', 0, { networkProbability: 0.9, weightFractionCountingSigma: null, scale: 0, latticeStrainMax: 0 }),
  ]);
  expect(withFindings(identification([found]), [finding('stop')])).not.toHaveProperty('told');
});

test('a warning changes no answer', () => {
  expect(withFindings(answer, [finding('warn')])).toEqual({ ...answer, scanFindings: [finding('warn')] });
});
