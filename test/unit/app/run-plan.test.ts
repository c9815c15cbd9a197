import { expect, test } from '@jest/globals';
import { configSchema } from '../../../config/schema.ts';
import { FREE_INSTRUMENT } from '../../../src/app/bench/free-instrument.ts';
import { planRun } from '../../../src/app/run-plan.ts';
import type { Capabilities } from '../../../src/ports/diffractometer.ts';

const capabilities: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 5, toDeg: 140 },
  stepDeg: { min: 0.01, max: 1, rasterDeg: 0.01 },
  dwellS: { min: 0.5, max: 100 },
  minWindowDeg: 0.5,
  cost: { apertureDeg: 0, perScanS: 10, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['step'],
};
const planWith = (limits: object, goal: object = {}) =>
  planRun(configSchema.parse({ instrument: { driver: 'mqtt' }, model: { id: 'm', method: 'search' }, goal, limits }), capabilities);

test('what the guard would let through is not refused', () => {
  expect(planWith({}).requests).toMatchObject([{ purpose: 'survey', refused: null }]);
});

test('a first scan through a collision zone is told before anything moves', () => {
  const [first] = planWith({ collisionZones: [{ fromDeg: 30, toDeg: 31 }] }).requests;
  expect(first?.refused).toMatch(/collision zone 30 to 31 deg/);
});

test('a first scan that would take too long is planned in visits', () => {
  const { requests, estimateS } = planWith({ maxScanS: 800 });
  expect(requests.length).toBeGreaterThan(1);
  expect(requests.map(({ refused }) => refused)).toEqual(requests.map(() => null));
  expect(Math.max(...requests.map((request) => request.estimateS))).toBeLessThanOrEqual(800);
  expect(estimateS).toBeGreaterThan(1200);
});

test('no more is promised than the sample may have of the beam', () => {
  expect(planWith({ maxBeamS: 2000 }, { budgetInstrumentS: 9000 }).atMostS).toBe(2000);
  expect(planWith({}, { budgetInstrumentS: 9000 }).atMostS).toBe(9000);
});
