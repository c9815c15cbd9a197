import { describe, expect, test } from '@jest/globals';
import { instrumentFileText, parseInstrumentFile } from '../../../../models/references/instrument-file.ts';
import { loadStandard, standardNames } from '../../../../models/references/standards.ts';
import { CALIBRATION } from '../../analysis/calibration/sample-calibration.ts';

describe('instrument file', () => {
  test.each(['lab.yaml', 'lab.json'])('%s is read as it was written', (file) => {
    const text = instrumentFileText(CALIBRATION, file);
    expect(parseInstrumentFile(text, file)).toEqual(CALIBRATION);
    expect(text.startsWith('{')).toBe(file.endsWith('.json'));
  });

  test('is refused where it is none', () => {
    expect(() => parseInstrumentFile('a: [', 'x')).toThrow(/neither YAML nor JSON/);
    expect(() => parseInstrumentFile('schema: ewald/instrument/2', 'x')).toThrow(/no instrument file of version ewald\/instrument\/1/);
    expect(() => parseInstrumentFile('7', 'x')).toThrow(/no instrument file/);
  });

  test('is refused with the place of a wrong value', () => {
    const text = instrumentFileText(CALIBRATION, 'x.yaml').replace('yDeg: 0.012', 'yDeg: wide');
    expect(() => parseInstrumentFile(text, 'x.yaml')).toThrow(/wrong at optics.yDeg/);
  });
});

describe('standards', () => {
  test.each(standardNames)('%s has its cell, structure and citation', (name) => {
    const { structure, aA, cA, citation } = loadStandard(name);
    expect(structure.cell.aA).toBe(aA);
    expect(structure.cell.cA).toBe(cA);
    expect(citation).toMatch(/SRM/);
  });

  // Densities from the certified cells and standard atomic weights: 8 Si, LaB6, 6 Al2O3 in the cell.
  test.each([
    ['Si', 2.329],
    ['LaB6', 4.711],
    ['Al2O3', 3.986],
  ])('%s has its density', (name, density) => {
    expect(loadStandard(name).structure.densityGCm3).toBeCloseTo(density, 2);
  });

  test('a name in any spelling, and a cell of the user, are taken', () => {
    expect(loadStandard('srm 640d').aA).toBe(5.43123);
    expect(loadStandard('Al2O3', { aA: 4.7594, cA: 12.9923 })).toMatchObject({ id: 'Al2O3', aA: 4.7594, cA: 12.9923 });
  });

  test('an unknown name and an impossible cell are refused', () => {
    expect(() => loadStandard('salt')).toThrow(/no standard 'salt'/);
    expect(() => loadStandard('Si', { aA: 4.15 })).toThrow(/not that of Si/);
  });
});
