import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { policies } from '../../policies/registry.ts';
import { widthDeg } from '../../src/domain/angle-range.ts';
import { type Decision, estimateScanS, type RunView } from '../../src/domain/decision.ts';
import type { Identification } from '../../src/domain/identification.ts';
import { anyIdentification, anyView } from '../support/arbitrary.ts';

const RUNS = { numRuns: 300, seed: 20260301 };
/** Rounding of sums of times and angles. */
const SLACK = 1e-6;

describe.each(policies.map((plugin) => [plugin.id, plugin] as const))('policy %s', (id, plugin) => {
  const policy = plugin.make(undefined);

  test('says who it is and refuses options it does not know', () => {
    expect(policy.id).toBe(id);
    expect(plugin.title.length).toBeGreaterThan(5);
    expect(() => plugin.make({ noSuchOption: 1 })).toThrow();
  });

  test('is pure: the same view gives the same decision, and the view is left as it was', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const before = structuredClone(view);
        const decision = policy.decide(deepFrozen(view));
        expect(policy.decide(structuredClone(view))).toEqual(decision);
        expect(view).toEqual(before);
      }),
      RUNS,
    );
  });

  test('forgets everything between two decisions', () => {
    fc.assert(
      fc.property(anyView, anyView, (first, second) => {
        const fresh = plugin.make(undefined).decide(second);
        policy.decide(first);
        expect(policy.decide(second)).toEqual(fresh);
      }),
      RUNS,
    );
  });

  test('says something that the journal can keep', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const decision = policy.decide(view);
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
        expect(decision.reason.length).toBeGreaterThan(10);
      }),
      RUNS,
    );
  });

  test('asks only for what the instrument may do and the budget pays for', () => {
    fc.assert(
      fc.property(anyView, (view) => expectAffordable(view, policy.decide(view))),
      RUNS,
    );
  });

  test('ends by itself, within cycles and budget, whatever is found', () => {
    fc.assert(
      fc.property(anyView, fc.array(anyIdentification, { minLength: 1, maxLength: 4 }), (view, findings) => {
        const end = playedOut(policy.decide, { ...view, cycle: 0, coverage: [], identification: null, regions: [], spentS: 0 }, findings, [
          view.regions,
          [],
        ]);
        expect(end.view.spentS).toBeLessThanOrEqual(view.goal.budgetInstrumentS + SLACK);
        expect(end.view.cycle).toBeLessThanOrEqual(view.goal.maxCycles);
        expect(end.decision.kind).not.toBe('measure');
      }),
      RUNS,
    );
  });

  test('accepts only what is as sure as asked and explained', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const decision = policy.decide(view);
        if (decision.kind !== 'accept') return;
        expect(view.identification!.setProbability).toBeGreaterThanOrEqual(view.goal.confidence);
        expect(view.identification!.novelty.isNovel).toBe(false);
        expect(decision.phaseIds.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});

function expectAffordable(view: RunView, decision: Decision): void {
  if (decision.kind !== 'measure') return;
  expect(decision.requests.length).toBeGreaterThan(0);
  let costS = 0;
  for (const { range, stepDeg, dwellS } of decision.requests) {
    expect(range.fromDeg).toBeGreaterThanOrEqual(view.limits.fromDeg);
    expect(range.toDeg).toBeLessThanOrEqual(Math.min(view.limits.toDeg, view.goal.ceilingDeg));
    expect(widthDeg(range)).toBeGreaterThan(0);
    expect(stepDeg).toBeGreaterThan(0);
    expect(dwellS).toBeGreaterThan(0);
    costS += estimateScanS(view.costModel, range, stepDeg, dwellS);
  }
  expect(costS).toBeLessThanOrEqual(view.goal.budgetInstrumentS - view.spentS + SLACK);
}

/** Plays a whole run: every request is measured as estimated, and the findings come round in turn. */
function playedOut(
  decide: (view: RunView) => Decision,
  start: RunView,
  findings: readonly Identification[],
  regions: readonly RunView['regions'][],
): { view: RunView; decision: Decision } {
  let view = start;
  for (let turn = 0; turn <= start.goal.maxCycles + 1; turn++) {
    const decision = decide(view);
    if (decision.kind !== 'measure') return { view, decision };
    expectAffordable(view, decision);
    view = {
      ...view,
      cycle: view.cycle + 1,
      coverage: [...view.coverage, ...decision.requests.map(({ range, dwellS, stepDeg }) => ({ range, dwellS, stepDeg }))],
      spentS: decision.requests.reduce(
        (sum, { range, stepDeg, dwellS }) => sum + estimateScanS(view.costModel, range, stepDeg, dwellS),
        view.spentS,
      ),
      identification: findings[turn % findings.length]!,
      regions: regions[turn % regions.length]!,
    };
  }
  return { view, decision: decide(view) };
}

function deepFrozen<T>(value: T): T {
  if (value && typeof value === 'object') {
    Object.values(value).forEach(deepFrozen);
    Object.freeze(value);
  }
  return value;
}
