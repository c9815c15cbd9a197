import { describe, expect, test } from '@jest/globals';
import { probabilityAbove } from '../../../policies/answer-figures.ts';
import { camDisagreementOptions, makeCamDisagreement } from '../../../policies/cam-disagreement.ts';
import { acceptIfAnswered } from '../../../policies/goal-rules.ts';
import { giveUp } from '../../../policies/stop-rule.ts';
import { makeUniform, uniformOptions } from '../../../policies/uniform.ts';
import type { GoalTerms, MeasureDecision, RunQuestion, RunView } from '../../../src/domain/decision.ts';
import type { Identification } from '../../../src/domain/identification.ts';
import { candidate, identification } from '../../support/identifications.ts';

const terms: GoalTerms = { confidence: 0.95, maxPhases: 3, budgetInstrumentS: 1e6, maxCycles: 10, ceilingDeg: 80 };
const amount = (weightFraction: number) => ({ weightFraction, weightFractionSigma: 0.02, weightFractionCountingSigma: 0.02 });
const seen = identification([candidate('A', 0.99, amount(0.9)), candidate('B', 0.97, amount(0.1)), candidate('C', 0.03)], {
  setProbability: 0.96,
  detectionLimits: [{ phaseId: 'C', weightFraction: 0.03, sigma: 3 }],
});
/** B and C are one to X-rays, and the evidence picked B. */
const group = { groupPhaseIds: ['B', 'C'] };
const alike = identification(
  [candidate('A', 0.99, amount(0.9)), candidate('B', 0.97, { ...amount(0.1), ...group }), candidate('C', 0, group)],
  {
    setProbability: 0.96,
    detectionLimits: [{ phaseId: 'C', weightFraction: 0.03, sigma: 3 }],
  },
);
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
    expect(confirm('A', 0.5)).toMatchObject({ kind: 'accept', reasonCode: 'goalMet', confirmed: true, phaseIds: ['A'] });
    const no = confirm('C', 0.02);
    expect(no).toMatchObject({ kind: 'accept', confirmed: false, phaseIds: [] });
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

describe('confirm of a phase that X-rays do not tell from another', () => {
  test('a no is never said while its double is found, however the amounts stand', () => {
    expect(probabilityAbove(alike, 'C', 0)).toBeNull();
    expect(confirm('C', 0, alike)).toBeNull();
    expect(confirm('C', 0.02, alike)).toBeNull();
    // The group may be known to the phase that was found alone, or to the one asked about alone.
    for (const lonely of ['B', 'C']) {
      const candidates = alike.candidates.map((one) => (one.phaseId === lonely ? { ...one, groupPhaseIds: [] } : one));
      expect(confirm('C', 0, { ...alike, candidates })).toBeNull();
    }
  });

  test('a yes names all that it may be', () => {
    expect(confirm('B', 0.01, alike)).toMatchObject({
      confirmed: true,
      phaseIds: ['B'],
      reason: expect.stringMatching(/do not tell it from C$/),
    });
    expect(confirm('A', 0.5, alike)?.reason).not.toContain('X-rays');
  });

  test('where none of them is found the answer is no', () => {
    const candidates = alike.candidates.map((one) => (one.phaseId === 'A' ? one : { ...one, probability: 0.01 }));
    expect(confirm('C', 0.02, { ...alike, candidates })).toMatchObject({ confirmed: false });
  });

  test.each(['cam-disagreement', 'uniform'])('%s measures on, and ends without an answer', (id) => {
    const policy =
      id === 'uniform' ? makeUniform(uniformOptions.parse({})) : makeCamDisagreement(camDisagreementOptions.parse({ dwellCapS: 2 }));
    const asked = viewOf({ kind: 'confirm', phaseId: 'C', aboveWeightFraction: 0 }, alike);
    expect(policy.decide(asked)).toMatchObject({ kind: 'measure' });
    const spent = policy.decide({ ...asked, spentS: 1e6 });
    expect(spent).toMatchObject({ kind: 'inconclusive', reasonCode: 'indistinguishable', phaseIds: [] });
    expect(spent.reason).toContain('B is found, and X-rays do not tell C from it');
    expect(policy.decide({ ...asked, cycle: 10 })).toMatchObject({ reasonCode: 'indistinguishable' });
  });

  test('once the whole range was seen and the double is sure, counting longer is left alone', () => {
    const policy = makeCamDisagreement(camDisagreementOptions.parse({}));
    const whole = { coverage: [{ range: { fromDeg: 10, toDeg: 80 }, dwellS: 1, stepDeg: 0.04 }] };
    const asked = { ...viewOf({ kind: 'confirm', phaseId: 'C', aboveWeightFraction: 0 }, alike), ...whole };
    expect(policy.decide(asked)).toMatchObject({ kind: 'inconclusive', reasonCode: 'indistinguishable' });
    // A double that is not sure may yet change places with it, and so may rivals that differ somewhere.
    expect(policy.decide({ ...asked, goal: { ...asked.goal, confidence: 0.98 } }).kind).toBe('measure');
    const regions = [{ range: { fromDeg: 30, toDeg: 35 }, score: 0.5, between: ['B', 'C'] as const }];
    expect(policy.decide({ ...asked, regions }).kind).toBe('measure');
  });
});

describe('giving up says how far the question itself came', () => {
  const giveUpOn = (question: RunQuestion, changes: Partial<Identification> = {}) =>
    giveUp(viewOf(question, { ...seen, ...changes }), 'budgetSpent');
  const isB = (aboveWeightFraction: number) => ({ kind: 'confirm', phaseId: 'B', aboveWeightFraction }) as const;

  test('quantify: the worst counted fraction, where the phases are sure', () => {
    const { reason } = giveUpOn({ kind: 'quantify', sigmaWeightFraction: 0.01 });
    expect(reason).toBe(
      'the budget of 1000000 s instrument time is spent with the phases sure, but the fraction of A is counted to 2.0 %, and 1.00 % was asked for',
    );
    expect(giveUpOn({ kind: 'quantify', sigmaWeightFraction: 0.01 }, { setProbability: 0.6 }).reason).toContain(
      'at probability 60.0 %, 95 % were asked for',
    );
  });

  test('confirm: the probability of the phase asked about, and no other phase is named', () => {
    expect(giveUpOn(isB(0.1))).toMatchObject({ kind: 'inconclusive', reasonCode: 'budgetSpent', phaseIds: [] });
    expect(giveUpOn(isB(0.1)).reason).toContain('B is there above 10.0 % with probability 48.5 %, and 95 % were asked for a yes or a no');
    const unweighed = seen.candidates.map((one) => ({ ...one, weightFraction: null }));
    expect(giveUpOn(isB(0.1), { candidates: unweighed }).reason).toContain('nothing can be said of whether B is there above 10.0 %');
    expect(giveUpOn(isB(0), { verdict: 'noSignal' }).reason).toContain('nothing can be said');
    expect(giveUpOn(isB(0), { novelty: { score: 2, isNovel: true } })).toMatchObject({
      kind: 'novel',
      reason: expect.stringContaining('whether B is there stays open'),
    });
  });

  test('identify: a sure set of nothing is called that', () => {
    const candidates = seen.candidates.map((one) => ({ ...one, probability: 0.01 }));
    expect(giveUpOn({ kind: 'identify' }, { candidates }).reason).toContain('at probability 96.0 % that no phase of the library is there');
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
    expect(requests[0]!.because).toBe('for the fraction of A, to which every line counts');
    // Half the error takes four times the time in total, of which one was spent; a tenth more for good measure.
    expect(requests).toMatchObject([{ range: { fromDeg: 10, toDeg: 60 }, purpose: 'rescan' }]);
    expect(requests[0]!.dwellS).toBeCloseTo(3.3, 6);
    expect(reason).toContain('counted to 2.00 %');
  });

  test('the published stop does not answer it', () => {
    const policy = makeCamDisagreement(camDisagreementOptions.parse({ stop: 'published' }));
    expect(policy.decide(quantify(0.01)).kind).toBe('measure');
    expect(policy.decide(viewOf({ kind: 'confirm', phaseId: 'A', aboveWeightFraction: 0 }))).toMatchObject({ confirmed: true });
  });
});
