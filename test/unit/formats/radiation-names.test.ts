import { describe, expect, test } from '@jest/globals';
import { parseRadiation } from '../../../src/formats/radiation-names.ts';

describe('parseRadiation', () => {
  test.each([
    ['CuKa1', 'Cu', [1.540598], [1]],
    ['CuKa12', 'Cu', [1.540598, 1.544426], [1, 0.5]],
    ['cu ka1+2', 'Cu', [1.540598, 1.544426], [1, 0.5]],
    ['Co Kα1', 'Co', [1.788996], [1]],
    ['MoKalpha12', 'Mo', [0.70931715, 0.713607], [1, 0.5]],
    ['AgKa1', 'Ag', [0.55942178], [1]],
    ['FeKa12', 'Fe', [1.936041, 1.939973], [1, 0.5]],
    ['CrKa1', 'Cr', [2.289726], [1]],
    ['1.5406', null, [1.5406], [1]],
    ['0.8267', null, [0.8267], [1]],
    ['1.5406, 1.5444:0.5', null, [1.5406, 1.5444], [1, 0.5]],
    ['1.5406:2,1.5444:1', null, [1.5406, 1.5444], [1, 0.5]],
  ])('%s', (text, anode, wavelengths, weights) => {
    const radiation = parseRadiation(text);
    expect(radiation.anode).toBe(anode);
    expect(radiation.lines.map((line) => line.wavelengthA)).toEqual(wavelengths);
    expect(radiation.lines.map((line) => line.weight)).toEqual(weights);
  });

  test.each([
    ['CuKa', /K alpha 1 alone or the doublet/],
    ['Cu', /K alpha 1 alone or the doublet/],
    ['WKa1', /neither/],
    ['NiKa1', /no wavelengths are known/],
    ['', /neither/],
    ['1.5406,1.5444', /line 2 .* needs a weight/],
    ['1.5406:0', /weight/],
    ['154.06', /no wavelength/],
    ['0', /no wavelength/],
    ['1.5406,', /neither/],
    ['NaN', /neither/],
  ])('refuses "%s" and names the choices', (text, message) => {
    let error: unknown = null;
    try {
      parseRadiation(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'badInput', message: expect.stringMatching(message), remedy: expect.stringContaining('CuKa12') });
  });
});
