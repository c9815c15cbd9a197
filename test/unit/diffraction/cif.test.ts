import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { structuresFromCifText } from '../../../src/diffraction/structure.ts';
import { cifNumber, cifValue, loopColumn, parseCif } from '../../../src/domain/cif-syntax.ts';
import { EwaldError } from '../../../src/domain/errors.ts';
import { HEMATITE_CIF } from './sample-structures.ts';

describe('parseCif', () => {
  test('reads quotes, text fields, comments and loops whatever the line ends', () => {
    const text = [
      '\uFEFF# first line',
      'data_One _Cell_Length_A 4.7605(5) # trailing',
      "_name 'a dog's life' _other \"x 'y' z\"",
      '_long',
      ';line one',
      "  it's ; line two",
      ';',
      'loop_ _a _B',
      "1 'p q'",
      '2 ? 3',
      'data_two',
      '_a .',
    ];
    for (const end of ['\n', '\r\n', '\r']) {
      const [one, two] = parseCif(text.join(end));
      expect(one?.name).toBe('One');
      expect(one?.values.get('_cell_length_a')).toBe('4.7605(5)');
      expect(one?.values.get('_name')).toBe("a dog's life");
      expect(one?.values.get('_other')).toBe("x 'y' z");
      expect(one?.values.get('_long')).toBe("line one\n  it's ; line two");
      expect(loopColumn(one!, '_a')).toEqual(['1', '2']);
      expect(loopColumn(one!, '_b')).toEqual(['p q', '?']);
      expect(two?.name).toBe('two');
      expect(cifValue(two!, '_a')).toBeNull();
    }
  });

  test.each([
    ['4.7605(5)', 4.7605],
    ['-.2194(2)', -0.2194],
    ['1.', 1],
    ['1.5e-3', 0.0015],
    ['1/3', 1 / 3],
    ['?', null],
    ['.', null],
    ['abc', null],
    ['1/0', null],
  ])('cifNumber(%s) is %p', (text, value) => expect(cifNumber(text)).toBe(value));

  test('never throws, and structures from damaged files end in an EwaldError at worst', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '\n', ';', "'", '"', '#', '_', 'loop_ ', 'data_', '9', '?', '\0')), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(damage, fc.nat(40), (edits, cut) => {
        let text = HEMATITE_CIF;
        for (const [at, insert] of edits) {
          const place = at % text.length;
          text = text.slice(0, place) + insert + text.slice(place + (cut % 5));
        }
        parseCif(text);
        try {
          const structure = structuresFromCifText(text, 'damaged.cif');
          expect(structure.volumeA3).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(EwaldError);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseCif(text);
      }),
      { numRuns: 500, seed: 8 },
    );
  });
});
