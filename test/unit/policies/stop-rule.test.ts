import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { acceptIfSure, giveUp, listOf, withinBudget } from '../../../policies/stop-rule.ts';
import { estimateScanS, type MeasureDecision, type RunView } from '../../../src/domain/decision.ts';
import type { Identification } from '../../../src/domain/identification.ts';
import { anyView } from '../../support/arbitrary.ts';

const [sample] = fc.sample(
  anyView.filter((view) => view.identification !== null && view.identification.candidates[0]!.probability > 0.6),
  { numRuns: 1, seed: 1 },
);
const seen: Identification = {
  ...sample!.identification!,
  setProbability: 0.97,
  unexplained: { fraction: 0, maxPeakSigma: 2, atDeg: 30 },
  novelty: { score: 0, isNovel: false },
};
const view: RunView = {
  ...sample!,
  goal: { ...sample!.goal, confidence: 0.95, budgetInstrumentS: 100 },
  spentS: 40,
  costModel: { apertureDeg: 0, perScanS: 1, perPointS: 0, slewDegPerS: 2, settleS: 0, shutterS: 0 },
  identification: seen,
};
const having = (changes: Partial<Identification>): RunView => ({ ...view, identification: { ...seen, ...changes } });
const unexplained = { fraction: 0.2, maxPeakSigma: 9, atDeg: 33.25 };

describe('acceptIfSure', () => {
  test('accepts what is sure and explained', () => {
    expect(acceptIfSure(view)).toMatchObject({ kind: 'accept', reasonCode: 'goalMet', setProbability: 0.97 });
  });

  test.each([
    ['too unsure', { setProbability: 0.949 }],
    ['a peak left over', { unexplained }],
    ['like nothing in the library', { novelty: { score: 1, isNovel: true } }],
    ['no phase claimed', { threshold: 1.1 }],
  ] as const)('does not accept: %s', (_, changes) => {
    expect(acceptIfSure(having(changes))).toBeNull();
  });
});

describe('giveUp', () => {
  test('a sure set that leaves a peak is novel, and the peak is named', () => {
    expect(giveUp(having({ unexplained }), 'futile')).toMatchObject({ kind: 'novel', reasonCode: 'unexplained' });
    expect(giveUp(having({ unexplained }), 'futile').reason).toContain('9.0 sigma at 33.25 deg');
  });

  test('an unsure set is inconclusive, with the reason and the rivals', () => {
    const rivalSets = [seen, seen].map((_, i) => ({ phaseIds: [`R${i}`], probability: 0.3, differsAtDeg: [] }));
    const verdict = giveUp(having({ setProbability: 0.6, rivalSets }), 'maxCycles');
    expect(verdict).toMatchObject({ kind: 'inconclusive', reasonCode: 'maxCycles' });
    expect(verdict.reason).toContain('still possible: R1 (30 %)');
  });

  test('before the first scan there is nothing to say', () => {
    expect(giveUp({ ...view, identification: null }, 'budgetSpent')).toMatchObject({ kind: 'inconclusive', phaseIds: [] });
  });
});

describe('withinBudget', () => {
  const scan = (points: number, dwellS: number) => ({
    range: { fromDeg: 10, toDeg: 10 + (points - 1) * 0.1 },
    stepDeg: 0.1,
    dwellS,
    purpose: 'rescan' as const,
    because: 'test',
  });
  const plan = (...requests: MeasureDecision['requests'][number][]): MeasureDecision => ({ kind: 'measure', reason: 'test', requests });

  test('leaves what can be paid', () => {
    expect(withinBudget(view, plan(scan(10, 1), scan(10, 2)))).toEqual(plan(scan(10, 1), scan(10, 2)));
  });

  test('leaves out what comes after the money is gone', () => {
    expect(withinBudget(view, plan(scan(10, 5), scan(10, 5)))).toEqual(plan(scan(10, 5)));
  });

  test('shortens the first scan to what is left, and says so', () => {
    const decision = withinBudget(view, plan(scan(10, 10))) as MeasureDecision;
    const [only] = decision.requests;
    expect(only!.because).toContain('shortened to the budget');
    expect(estimateScanS(view.costModel, only!.range, only!.stepDeg, only!.dwellS)).toBeCloseTo(60, 6);
  });

  test('gives up rather than take a glance', () => {
    expect(withinBudget(view, plan(scan(10, 50)))).toMatchObject({ kind: 'inconclusive', reasonCode: 'budgetSpent' });
    expect(withinBudget({ ...view, spentS: 100 }, plan(scan(10, 1)))).toMatchObject({ reasonCode: 'budgetSpent' });
  });
});

test.each([
  [[], 'no phase'],
  [['A'], 'A'],
  [['A', 'B'], 'A and B'],
  [['A', 'B', 'C'], 'A, B and C'],
])('listOf %j', (names, text) => {
  expect(listOf(names)).toBe(text);
});
