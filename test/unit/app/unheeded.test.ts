import { describe, expect, test } from '@jest/globals';
import { openIdentifier } from '../../../src/app/compose.ts';
import { readKnowledge } from '../../../src/app/knowledge-options.ts';
import { commandWording, configWording, demandHeeded, unheededBy } from '../../../src/app/unheeded.ts';
import { CALIBRATION } from '../analysis/calibration/sample-calibration.ts';

const told = readKnowledge({ elements: 'Li,O', require: 'Li', expect: 'Li2O_225', holder: 'Al', internalStandard: 'Al2O3_167:0.2' })!;
const all = { knowledge: { ...told, cifs: [{ file: 'x.cif', text: '' }] }, calibration: CALIBRATION };
const beliefs = ['required', 'expected', 'holder', 'internalStandard', 'calibration'];

describe('what a method cannot heed', () => {
  test('the search heeds everything, least squares structures and elements, the other baselines nothing', () => {
    expect(unheededBy('hybrid', all)).toEqual([]);
    expect(unheededBy('search', all)).toEqual([]);
    expect(unheededBy('nnls', all)).toEqual(beliefs);
    expect(unheededBy('network', all)).toEqual(['cifs', 'elements', ...beliefs]);
    expect(unheededBy('subtract', all)).toEqual(['cifs', 'elements', ...beliefs]);
    expect(unheededBy('nnls', { knowledge: readKnowledge({ elements: 'Li,O' }), calibration: null })).toEqual([]);
    expect(unheededBy('network', { knowledge: null, calibration: null })).toEqual([]);
  });

  test('is refused in the words in which it was told', () => {
    const given = { knowledge: { ...told, elements: null }, calibration: CALIBRATION };
    expect(() => demandHeeded('nnls', given, commandWording)).toThrow(
      expect.objectContaining({ code: 'badInput', subject: '--require, --expect, --holder, --internal-standard, --instrument' }),
    );
    expect(() => demandHeeded('nnls', given, configWording)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('instrument.calibration'),
        remedy: 'set model.method to hybrid or search',
      }),
    );
    expect(() => demandHeeded('search', given, configWording)).not.toThrow();
  });

  test.each(['nnls', 'network', 'subtract'] as const)('%s is not opened with an instrument file', async (method) => {
    const opening = async () => openIdentifier({ id: 'solid-state-precursors', method, calibration: CALIBRATION });
    await expect(opening()).rejects.toMatchObject({ code: 'badInput', subject: '--instrument' });
  });
});
