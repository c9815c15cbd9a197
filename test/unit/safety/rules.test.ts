import { expect, test } from '@jest/globals';
import type { Diffractometer } from '../../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../../src/safety/guard.ts';
import { demandRules } from '../../../src/safety/scan-rules.ts';
import { manualRuntime } from '../../support/manual-runtime.ts';

const rules = { limits: { fromDeg: 10, toDeg: 90 }, maxDwellS: 10, maxScanS: 3600, collisionZones: [{ fromDeg: 60, toDeg: 62 }] };

test('rules that protect pass', () => {
  expect(() => demandRules(rules)).not.toThrow();
  expect(() => demandRules({ ...rules, maxBeamS: Number.POSITIVE_INFINITY })).not.toThrow();
});

test.each([
  ['a zone that runs backwards', { collisionZones: [...rules.collisionZones, { fromDeg: 45, toDeg: 35 }] }, 'limits.collisionZones'],
  ['a zone without an end', { collisionZones: [{ fromDeg: 45, toDeg: Number.NaN }] }, 'limits.collisionZones'],
  ['limits that run backwards', { limits: { fromDeg: 90, toDeg: 10 } }, 'limits'],
  ['a time that is no number', { maxScanS: Number.NaN }, 'limits.maxScanS'],
  ['a dose of nothing', { maxBeamS: 0 }, 'limits.maxBeamS'],
])('%s is refused', (_what, changes, subject) => {
  expect(() => demandRules({ ...rules, ...changes })).toThrow(expect.objectContaining({ code: 'badInput', subject }));
});

test('no guard is made of rules that protect nothing', () => {
  const collisionZones = [{ fromDeg: 45, toDeg: 35 }];
  const raw: Partial<Diffractometer> = {};
  expect(() => guardDiffractometer(raw as Diffractometer, { ...rules, collisionZones }, manualRuntime())).toThrow(/45 to 35 deg/);
});
