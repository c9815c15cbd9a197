import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../config/load.ts';
import { drivers } from '../../../drivers/registry.ts';
import { policies } from '../../../policies/registry.ts';

const load = (sample: string) =>
  loadConfig(`instrument: { driver: mqtt }\nsimulator: {}\nsample:\n  ${sample}\n`, 'lab.yaml', { drivers, policies }).sample;

describe('what a config tells of the sample', () => {
  test('is read when it is loaded', () => {
    expect(load("expect: [ZrO2_14, 'Li2CO3_15:0.9']")?.expect).toEqual([
      { phaseId: 'ZrO2_14', probability: 0.8 },
      { phaseId: 'Li2CO3_15', probability: 0.9 },
    ]);
    expect(load("internalStandard: 'Al2O3_167:0.2'")?.internalStandard).toEqual({ phaseId: 'Al2O3_167', weightFraction: 0.2 });
    expect(load('elements: [Li, O]')?.elements).toEqual(['Li', 'O']);
  });

  test.each([
    [
      "internalStandard: 'Al2O3_167:2'",
      /^lab\.yaml:4: sample\.internalStandard: Al2O3_167:2 is no phase with its share of the mixture; write/,
    ],
    ["expect: ['ZrO2_14:1']", /^lab\.yaml:4: sample\.expect\.0: ZrO2_14:1 gives no probability from 0\.01 to 0\.99; write/],
    ['expect: [ZrO2_14, zirconia]', /^lab\.yaml:4: sample\.expect\.1: zirconia is no phase id/],
    ["elements: ['Li,O']", /^lab\.yaml:4: sample\.elements\.0: this is no symbol of one element/],
    ['require: [lithium]', /^lab\.yaml:4: sample\.require\.0: this is no symbol of one element/],
  ])('and refused with its line and its place: %s', (sample, why) => {
    expect(() => load(sample)).toThrow(expect.objectContaining({ code: 'badInput', message: expect.stringMatching(why) }));
  });
});
