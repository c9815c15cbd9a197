import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../config/load.ts';
import { drivers } from '../../../drivers/registry.ts';
import { policies } from '../../../policies/registry.ts';

const load = (limits: string) =>
  loadConfig(`instrument: { driver: mqtt }\nsimulator: {}\nlimits:\n  ${limits}\n`, 'lab.yaml', { drivers, policies }).limits;

describe('the limits of a config', () => {
  test('keep what is written forwards', () => {
    expect(load('collisionZones: [{ fromDeg: 35, toDeg: 45 }]').collisionZones).toEqual([{ fromDeg: 35, toDeg: 45 }]);
    expect(load('fromDeg: 10')).toMatchObject({ fromDeg: 10, toDeg: 140 });
  });

  test.each([
    [
      'a zone that runs backwards',
      'collisionZones: [{ fromDeg: 45, toDeg: 35 }]',
      /lab\.yaml:4: limits\.collisionZones\.0\.fromDeg: fromDeg must be/,
    ],
    ['an empty zone', 'collisionZones: [{ fromDeg: 45, toDeg: 45 }]', /collisionZones\.0\.fromDeg: fromDeg must be below toDeg/],
    ['limits that run backwards', 'fromDeg: 141', /lab\.yaml:4: limits\.fromDeg: fromDeg must be below toDeg/],
  ])('refuse %s, with the line', (_what, limits, why) => {
    expect(() => load(limits)).toThrow(expect.objectContaining({ code: 'badInput', message: expect.stringMatching(why) }));
  });
});
