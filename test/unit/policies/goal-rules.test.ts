import { describe, expect, test } from '@jest/globals';
import { camDisagreementOptions, makeCamDisagreement } from '../../../policies/cam-disagreement.ts';
import { acceptIfAnswered, probabilityAbove } from '../../../policies/goal-rules.ts';
import type { GoalTerms, MeasureDecision, RunQuestion, RunView } from '../../../src/domain/decision.ts';
import type { Identification } from '../../../src/domain/identification.ts';

const terms: GoalTerms = { confidence: 0.95, maxPhases: 3, budgetInstrumentS: 1e6, maxCycles: 10, ceilingDeg: 80 };
const seen = {
  threshold: 0.5,
  verdict: 'confident',
  candidates: [
    { phaseId: 'A', probability: 0.99, weightFraction: 0.9, weightFractionSigma: 0.02, weightFractionCountingSigma: 0.02 },
    { phaseId: 'B', probability: 0.97, weightFraction: 0.1, weightFractionSigma: 0.02, weightFractionCountingSigma: 0.02 },
    { phaseId: 'C', probability: 0.03, weightFraction: null, weightFractionSigma: null },
  ],
  setProbability: 0.96,
  rivalSets: [],
  unexplained: { fraction: 0, maxPeakSigma: 1, atDeg: null },
  novelty: { score: 0, isNovel: false },
  detectionLimits: [{ phaseId: 'C', weightFraction: 0.03, sigma: 3 }],
} as unknown as Identification;
const viewOf = (question: RunQuestion, identification: Identification = seen): RunView => ({
  viewId: 'v',
  goal: { ...question, ...terms },
  cycle: 1,
  coverage: [{ range: { fromDeg: 10, toDeg: 60 }, dwellS: 1, stepDeg: 0.04 }],
  identification,
  regions: [],
  costModel: { apertureDeg: 5, perScanS: 1, perPointS: 0, slewDegPerS: 2, settleS: 0, shutterS: 0 },
  limits: { fromDeg: 5, toDeg: 120 },
  minWindowDeg: 1,
  spentS: 0,
  seed: 1,
});
const confirm = (phaseId: string, aboveWeightFraction: number, identification?: Identification) =>
  acceptIfAnswered(viewOf({ kind: 'confirm', phaseId, aboveWeightFraction }, identification));

describe('how likely a phase is above a fraction', () => {
  test('a claimed one: that it is there, times the normal error of its fraction', () => {
    expect(probabilityAbove(seen, 'B', 0.1)).toBeCloseTo(0.97 * 0.5, 6);
    expect(probabilityAbove(seen, 'B', 0.06)).toBeCloseTo(0.97 * 0.97725, 4);
    expect(probabilityAbove(seen, 'B', 0)).toBe(0.97);
  });

  test('any other: overlooked, or below what the counts can show', () => {
    // A detection limit of 3 % is three standard errors of 1 %.
    expect(probabilityAbove(seen, 'C', 0.02)).toBeCloseTo(0.03, 6);
    expect(probabilityAbove(seen, 'C', 0.01)).toBeCloseTo(0.15866, 4);
    expect(probabilityAbove(seen, 'D', 0.01)).toBeNull();
  });
});

describe('confirm', () => {
  test('yes and no are both answers, and say why', () => {
    expect(confirm('A', 0.5)).toMatchObject({ kind: 'accept', reasonCode: 'goalMet', confirmed: true, phaseIds: ['A', 'B'] });
    const no = confirm('C', 0.02);
    expect(no).toMatchObject({ kind: 'accept', confirmed: false });
    expect(no?.reason).toBe('C is not there above 2.0 %: probability 97.0 %; 3.0 % would show with 3 standard errors');
    expect(confirm('B', 0.3)).toMatchObject({ confirmed: false });
  });

  test('more is measured where the fraction lies at the limit, and where the counts could not show it', () => {
    expect(confirm('B', 0.1)).toBeNull();
    expect(confirm('C', 0.01)).toBeNull();
  });

  test('nothing is answered from a pattern that holds something unknown', () => {
    expect(confirm('A', 0.5, { ...seen, novelty: { score: 2, isNovel: true } })).toBeNull();
  });
});

describe('quantify', () => {
  const quantify = (sigmaWeightFraction: number) => viewOf({ kind: 'quantify', sigmaWeightFraction });
  test('ends when the phases are sure and every fraction is known well enough', () => {
    expect(acceptIfAnswered(quantify(0.02))).toMatchObject({ kind: 'accept', phaseIds: ['A', 'B'] });
    expect(acceptIfAnswered(quantify(0.01))).toBeNull();
  });

  test('counts the whole range as long as the error asks for', () => {
    const policy = makeCamDisagreement(camDisagreementOptions.parse({ growth: 10 }));
    const { requests, reason } = policy.decide(quantify(0.01)) as MeasureDecision;
    // Half the error takes four times the time in total, of which one was spent; a tenth more for good measure.
    expect(requests).toMatchObject([{ range: { fromDeg: 10, toDeg: 60 }, purpose: 'rescan' }]);
    expect(requests[0]!.dwellS).toBeCloseTo(3.3, 6);
    expect(reason).toContain('counted to 2.00 %');
  });
});
