import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../../config/load.ts';
import { drivers } from '../../../drivers/registry.ts';
import { policies } from '../../../policies/registry.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'config');
const examples = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const load = (name: string, change: (text: string) => string = (text) => text) =>
  loadConfig(change(readFileSync(join(FOLDER, name), 'utf8')), name, { drivers, policies });

test.each(examples)('the example config %s is valid', (name) => {
  expect(load(name).instrument.driver).toMatch(/^[a-z-]+$/);
});

test.each([
  ['aeris.yaml', 'radiation: CuKa12', 'radiation: CuKa', /radiation: "CuKa" does not say whether/],
  ['aeris.yaml', 'radiation: CuKa12', '', /radiation/],
  ['aeris.yaml', 'wireTellsNoSafety: true', 'wireTellsNoSafety: false', /wireTellsNoSafety: read in the page of this driver/],
  ['aeris.yaml', 'name: 10-80_Low', 'name: "10@END"', /programs\.0\.name: a name without '@'/],
  ['aeris.yaml', 'name: 10-80_High', 'name: 10-80_Low', /two programs have the same name/],
  ['aeris.yaml', 'toDeg: 80, stepDeg: 0.02', 'toDeg: 80, stepDeg: 0.03', /stepDeg: the range is not a whole number of steps \(2333\.333\)/],
  ['aeris.yaml', "slot: '1'", 'slot: inside', /slot/],
  ['bruker-lablims.yaml', 'samplePosition: 1A01', '', /samplePosition/],
  ['bruker-lablims.yaml', 'fromDeg: 5, toDeg: 140', 'fromDeg: 140, toDeg: 5', /limits: fromDeg must be below toDeg/],
  ['bruker-lablims.yaml', 'wireTellsNoSafety: true', '', /wireTellsNoSafety: read in the page of this driver/],
])('%s with %j changed to %j is refused with the line', (name, from, to, why) => {
  expect(() => load(name, (text) => text.replace(from, to))).toThrow(
    expect.objectContaining({ code: 'badInput', message: expect.stringMatching(why) }),
  );
});
