import { describe, expect, test } from '@jest/globals';
import { camDisagreementOptions, makeCamDisagreement } from '../../../policies/cam-disagreement.ts';
import { meanDwellS } from '../../../policies/coverage.ts';
import type { MeasureDecision, RunView } from '../../../src/domain/decision.ts';
import type { Identification } from '../../../src/domain/identification.ts';

const unsure = {
  threshold: 0.5,
  candidates: [{ phaseId: 'A', probability: 0.6 }],
  setProbability: 0.5,
  rivalSets: [],
  unexplained: { fraction: 0, maxPeakSigma: 1, atDeg: null },
  novelty: { score: 0, isNovel: false },
} as unknown as Identification;
const start: RunView = {
  viewId: 'v',
  goal: { kind: 'identify', confidence: 0.95, maxPhases: 3, budgetInstrumentS: 1e6, maxCycles: 10, ceilingDeg: 80 },
  cycle: 0,
  coverage: [],
  identification: null,
  regions: [],
  costModel: { apertureDeg: 5, perScanS: 1, perPointS: 0, slewDegPerS: 2, settleS: 0, shutterS: 0 },
  limits: { fromDeg: 5, toDeg: 120 },
  minWindowDeg: 1,
  spentS: 0,
  seed: 1,
};
const region = (fromDeg: number, toDeg: number) => ({ range: { fromDeg, toDeg }, score: 0.5, between: ['A', 'B'] as const });
const later: RunView = {
  ...start,
  cycle: 1,
  identification: unsure,
  coverage: [{ range: { fromDeg: 10, toDeg: 60 }, dwellS: 1, stepDeg: 0.04 }],
};
const policy = makeCamDisagreement(camDisagreementOptions.parse({}));
const plan = (view: RunView) => policy.decide(view) as MeasureDecision;

describe('cam-disagreement', () => {
  test('begins with one fast look', () => {
    expect(plan(start).requests).toMatchObject([{ range: { fromDeg: 10, toDeg: 60 }, purpose: 'survey', dwellS: 1 }]);
  });

  test('goes back to the angles where the rivals disagree, counting longer', () => {
    const { requests, reason } = plan({ ...later, regions: [region(30, 35), region(50, 55)] });
    expect(requests).toMatchObject([
      { range: { fromDeg: 30, toDeg: 35 }, dwellS: 3, purpose: 'rescan' },
      { range: { fromDeg: 50, toDeg: 55 }, dwellS: 3, purpose: 'rescan' },
    ]);
    expect(reason).toContain('A and B');
  });

  test('looks further where nothing below tells the rivals apart', () => {
    expect(plan(later).requests).toMatchObject([{ range: { fromDeg: 60, toDeg: 70 }, purpose: 'extend' }]);
  });

  test('never looks above the ceiling', () => {
    const near = { ...later, coverage: [{ range: { fromDeg: 10, toDeg: 76 }, dwellS: 1, stepDeg: 0.04 }] };
    expect(plan(near).requests).toMatchObject([{ range: { fromDeg: 76, toDeg: 80 } }]);
    const full = { ...later, coverage: [{ range: { fromDeg: 10, toDeg: 79.5 }, dwellS: 1, stepDeg: 0.04 }] };
    expect(plan({ ...full, regions: [region(77, 82)] }).requests).toMatchObject([{ range: { fromDeg: 77, toDeg: 80 } }]);
    expect(plan({ ...near, coverage: [{ range: { fromDeg: 10, toDeg: 80 }, dwellS: 1, stepDeg: 0.04 }] }).requests).toMatchObject([
      { range: { fromDeg: 10, toDeg: 80 }, purpose: 'rescan' },
    ]);
  });

  test('windows nearly everywhere become one scan of everything', () => {
    const { requests } = plan({ ...later, regions: [region(10, 30), region(35, 55)] });
    expect(requests).toMatchObject([{ range: { fromDeg: 10, toDeg: 60 }, dwellS: 3 }]);
  });

  test('no window is counted beyond the cap, and what is full is left alone', () => {
    const nearly = { ...later, coverage: [{ range: { fromDeg: 10, toDeg: 60 }, dwellS: 100, stepDeg: 0.04 }] };
    expect(plan({ ...nearly, regions: [region(30, 35)] }).requests[0]!.dwellS).toBeCloseTo(20, 9);
    const full = { ...later, coverage: [{ range: { fromDeg: 10, toDeg: 80 }, dwellS: 120, stepDeg: 0.04 }], regions: [region(30, 35)] };
    expect(policy.decide(full)).toMatchObject({ kind: 'inconclusive', reasonCode: 'futile' });
  });

  test('the published stop is content with every claimed phase above one half', () => {
    const published = makeCamDisagreement(camDisagreementOptions.parse({ stop: 'published' }));
    expect(published.decide(later)).toMatchObject({ kind: 'accept', phaseIds: ['A'] });
    expect(policy.decide(later).kind).toBe('measure');
  });
});

test('the mean dwell of a range counts each visit by its share', () => {
  const coverage = [
    { range: { fromDeg: 10, toDeg: 60 }, dwellS: 1, stepDeg: 0.04 },
    { range: { fromDeg: 30, toDeg: 32 }, dwellS: 10, stepDeg: 0.04 },
  ];
  expect(meanDwellS({ ...later, coverage }, { fromDeg: 30, toDeg: 34 })).toBeCloseTo(6, 9);
  expect(meanDwellS({ ...later, coverage }, { fromDeg: 80, toDeg: 90 })).toBe(0);
});
