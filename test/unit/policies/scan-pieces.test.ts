import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { policies } from '../../../policies/registry.ts';
import { partScan } from '../../../policies/scan-pieces.ts';
import { withinBudget } from '../../../policies/stop-rule.ts';
import { estimateScanS, type MeasureDecision, type PlannedScan, type RunView } from '../../../src/domain/decision.ts';
import { anyView } from '../../support/arbitrary.ts';

const [sample] = fc.sample(anyView, { numRuns: 1, seed: 1 });
const view: RunView = {
  ...sample!,
  goal: { ...sample!.goal, budgetInstrumentS: 28_800 },
  limits: { fromDeg: 5, toDeg: 120 },
  costModel: { apertureDeg: 0, perScanS: 10, perPointS: 0.5, slewDegPerS: 2, settleS: 0, shutterS: 0 },
  minWindowDeg: 1,
  spentS: 0,
  maxScanS: 7200,
};
const request: PlannedScan = { range: { fromDeg: 10, toDeg: 60 }, stepDeg: 0.05, dwellS: 25, purpose: 'rescan', because: 'test' };
const costS = ({ range, stepDeg, dwellS }: PlannedScan) => estimateScanS(view.costModel, range, stepDeg, dwellS);
const plan = (...requests: PlannedScan[]): MeasureDecision => ({ kind: 'measure', reason: 'test', requests });

describe('partScan', () => {
  test('leaves a scan that is short enough, or that nothing bounds', () => {
    expect(partScan(view, { ...request, dwellS: 5 })).toEqual([{ ...request, dwellS: 5 }]);
    const { maxScanS: _, ...unbound } = view;
    expect(partScan(unbound, request)).toEqual([request]);
  });

  test('makes visits that together count as long', () => {
    const visits = partScan(view, request);
    expect(visits.length).toBe(4);
    expect(visits.every((visit) => costS(visit) <= 7200)).toBe(true);
    expect(visits.reduce((sum, { dwellS }) => sum + dwellS, 0)).toBeCloseTo(25, 9);
    expect(visits.map(({ range }) => range)).toEqual(visits.map(() => request.range));
    expect(visits[0]?.because).toMatch(/test; in 4 visits/);
  });

  test('parts the range where the points alone would take too long, and leaves none out', () => {
    const parts = partScan({ ...view, maxScanS: 300 }, { ...request, dwellS: 0.1 });
    expect(parts.every((part) => costS(part) <= 300)).toBe(true);
    const points = parts.flatMap(({ range }) =>
      Array.from({ length: Math.round((range.toDeg - range.fromDeg) / 0.05) + 1 }, (_, i) => range.fromDeg + i * 0.05),
    );
    expect(points.map((deg) => Math.round(deg / 0.05))).toEqual(Array.from({ length: 1001 }, (_, i) => 200 + i));
  });

  test('gives up where nothing can be made short enough', () => {
    expect(partScan({ ...view, maxScanS: 8 }, { ...request, range: { fromDeg: 10, toDeg: 11 } })).toHaveLength(1);
  });
});

describe('withinBudget', () => {
  test('plans no scan that is longer than one may be, whatever the budget', () => {
    const decision = withinBudget(view, plan({ ...request, dwellS: 28 })) as MeasureDecision;
    expect(decision.requests.length).toBeGreaterThan(1);
    expect(Math.max(...decision.requests.map(costS))).toBeLessThanOrEqual(7200);
    expect(decision.requests.reduce((sum, one) => sum + costS(one), 0)).toBeLessThanOrEqual(28_800);
  });

  test('spends no more beam than the sample may have', () => {
    const decision = withinBudget({ ...view, beamLeftS: 3000 }, plan({ ...request, dwellS: 5 })) as MeasureDecision;
    expect(decision.requests).toHaveLength(1);
    expect(costS(decision.requests[0]!)).toBeLessThanOrEqual(3000 + 1e-6);
  });

  test('says that the beam is used up where it is, and not the budget', () => {
    const seen = { ...view, identification: null };
    expect(withinBudget({ ...seen, beamLeftS: 20 }, plan(request))).toMatchObject({
      reasonCode: 'budgetSpent',
      reason: expect.stringMatching(/the beam/),
    });
    expect(withinBudget({ ...seen, spentS: 28_790, beamLeftS: 8000 }, plan(request))).toMatchObject({
      reasonCode: 'budgetSpent',
      reason: expect.stringMatching(/the budget of 28800 s/),
    });
  });
});

test.each(policies.map((plugin) => [plugin.id, plugin] as const))('%s keeps to both bounds', (_id, plugin) => {
  const policy = plugin.make(undefined);
  const bounded = fc.tuple(anyView, fc.integer({ min: 600, max: 7200 }), fc.integer({ min: 0, max: 9000 }));
  fc.assert(
    fc.property(bounded, ([any, maxScanS, beamLeftS]) => {
      const seen = { ...any, maxScanS, beamLeftS };
      const decision = policy.decide(seen);
      if (decision.kind !== 'measure') return;
      const times = decision.requests.map(({ range, stepDeg, dwellS }) => estimateScanS(seen.costModel, range, stepDeg, dwellS));
      expect(Math.max(...times)).toBeLessThanOrEqual(maxScanS);
      expect(times.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(beamLeftS + 1e-6);
    }),
    { numRuns: 300, seed: 7 },
  );
});
