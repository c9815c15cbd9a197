import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { configSchema } from '../../../config/schema.ts';
import { knowledgeOf } from '../../../src/app/config-knowledge.ts';
import { addKnowledgeOptions, type KnowledgeOptions, readKnowledge } from '../../../src/app/knowledge-options.ts';

let folder: string;
let cif: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-knowledge-'));
  cif = join(folder, 'mine.cif');
  writeFileSync(cif, 'data_mine');
});
afterAll(() => rmSync(folder, { recursive: true }));

function parsed(...words: string[]): KnowledgeOptions {
  return addKnowledgeOptions(new Command().exitOverride()).parse(words, { from: 'user' }).opts();
}

describe('what the user tells of a sample', () => {
  test('nothing told is nothing known', () => {
    expect(readKnowledge(parsed())).toBeNull();
    expect(knowledgeOf({ model: { id: 'm', method: 'hybrid' }, sample: undefined })).toBeNull();
  });

  test('every option is read, --cif as often as it stands', () => {
    const words = ['--cif', cif, '--cif', cif, '--elements', 'Li, Zr,O', '--require', 'Zr', '--expect', 'ZrO2_14:0.9,Li2CO3_15'];
    expect(readKnowledge(parsed(...words, '--holder', 'Al', '--holder-lines', '38.47,44.72'))).toEqual({
      cifs: [
        { file: cif, text: 'data_mine' },
        { file: cif, text: 'data_mine' },
      ],
      elements: ['Li', 'Zr', 'O'],
      required: ['Zr'],
      expected: [
        { phaseId: 'ZrO2_14', probability: 0.9 },
        { phaseId: 'Li2CO3_15', probability: 0.8 },
      ],
      holder: { name: 'Al', cif: null, linesDeg: [38.47, 44.72] },
      internalStandard: null,
    });
    expect(readKnowledge(parsed('--holder', cif))?.holder).toEqual({ name: null, cif: { file: cif, text: 'data_mine' }, linesDeg: [] });
  });

  test('a config tells the same', () => {
    const sample = { elements: ['Li', 'Zr', 'O'], require: ['Zr'], expect: ['ZrO2_14:0.9'], holder: 'Al', holderLinesDeg: [38.47] };
    const config = configSchema.parse({ instrument: { driver: 'mqtt' }, model: { id: 'm', cifs: [cif] }, sample });
    const words = [
      '--cif',
      cif,
      '--elements',
      'Li,Zr,O',
      '--require',
      'Zr',
      '--expect',
      'ZrO2_14:0.9',
      '--holder',
      'Al',
      '--holder-lines',
      '38.47',
    ];
    expect(knowledgeOf(config)).toEqual(readKnowledge(parsed(...words)));
  });

  test.each([
    [['--elements', 'Li,,O'], 'empty entry', 'commas'],
    [['--expect', 'ZrO2_14:1'], 'gives no probability from 0.01 to 0.99', 'never forbids'],
    [['--expect', 'ZrO2_14:'], 'gives no probability', 'PHASE:0.9'],
    [['--expect', 'ZrO2_14:0.5:2'], 'gives no probability', 'PHASE:0.9'],
    [['--expect', 'zirconia'], 'zirconia is no phase id', 'ewald phases list'],
    [['--holder-lines', '38,x'], 'no list of angles', 'degrees 2theta'],
    [['--cif', '/nowhere/x.cif'], 'there is no file /nowhere/x.cif', 'check the name'],
  ])('refuses %j in one sentence with a remedy', (words, message, remedy) => {
    const reading = () => readKnowledge(parsed(...words));
    expect(reading).toThrow(expect.objectContaining({ code: 'badInput', message: expect.stringContaining(message) }));
    expect(reading).toThrow(expect.objectContaining({ remedy: expect.stringContaining(remedy) }));
  });
});

test('the internal standard and its share', () => {
  expect(readKnowledge({ internalStandard: 'Al2O3_167:0.2' })?.internalStandard).toEqual({ phaseId: 'Al2O3_167', weightFraction: 0.2 });
  for (const bad of ['Al2O3_167', 'Al2O3_167:0', 'Al2O3_167:1', 'Al2O3_167:20%', 'corundum:0.2', 'Al2O3_167:0.2:1'])
    expect(() => readKnowledge({ internalStandard: bad })).toThrow(/no phase with its share/);
});
