import { expect, test } from '@jest/globals';
import { isRight, judgement } from '../../../src/app/is-right.ts';
import type { GoalTerms, Verdict } from '../../../src/domain/decision.ts';

const terms: GoalTerms = { confidence: 0.95, maxPhases: 3, budgetInstrumentS: 1, maxCycles: 1, ceilingDeg: 80 };
const verdict: Verdict = { kind: 'accept', reasonCode: 'goalMet', phaseIds: ['NiO_225'], setProbability: 0.96, reason: '' };
const truth = {
  phaseIds: ['NiO_225', 'ZnO_186'],
  scene: {
    phases: [
      { phaseId: 'NiO_225', weightFraction: 0.97 },
      { phaseId: 'ZnO_186', weightFraction: 0.03 },
    ],
  },
};

test('a set is right when it is the set', () => {
  expect(isRight({ kind: 'identify', ...terms }, verdict, truth)).toBe(false);
  expect(isRight({ kind: 'identify', ...terms }, { ...verdict, phaseIds: ['ZnO_186', 'NiO_225'] }, truth)).toBe(true);
  expect(isRight({ kind: 'identify', ...terms }, null, truth)).toBe(false);
});

test('a question about one phase is judged by its answer', () => {
  const above = (aboveWeightFraction: number) => ({ kind: 'confirm', phaseId: 'ZnO_186', aboveWeightFraction, ...terms }) as const;
  expect(isRight(above(0.02), { ...verdict, confirmed: true }, truth)).toBe(true);
  expect(isRight(above(0.05), { ...verdict, confirmed: false }, truth)).toBe(true);
  expect(isRight(above(0.05), { ...verdict, confirmed: true }, truth)).toBe(false);
  expect(isRight(above(0.05), verdict, truth)).toBe(false);
  expect(isRight(above(0.02), { ...verdict, confirmed: true }, { phaseIds: truth.phaseIds })).toBe(true);
  expect(isRight({ ...above(0), phaseId: 'CuO_15' }, { ...verdict, confirmed: false }, truth)).toBe(true);
});

test('a question that stays open has no wrong answer', () => {
  const goal = { kind: 'confirm', phaseId: 'ZnO_186', aboveWeightFraction: 0, ...terms } as const;
  expect(judgement(goal, verdict, false)).toBe('the question was not answered');
  expect(judgement(goal, { ...verdict, confirmed: false }, false)).toBe('the answer is wrong');
  expect(judgement({ kind: 'identify', ...terms }, verdict, true)).toBe('the answer is right');
});
