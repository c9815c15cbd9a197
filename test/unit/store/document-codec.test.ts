import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeDocument, encodeDocument } from '../../../src/store/document-codec.ts';
import { bytesOfFloat64, float64OfBytes } from '../../../src/store/typed-array-codec.ts';

describe('document codec', () => {
  test('any document comes back bit by bit', () => {
    const leaf = fc.oneof(
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.float64Array().map((array) => Float64Array.from(array)),
    );
    const { document } = fc.letrec((tie) => ({
      document: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('document')),
        fc.dictionary(fc.string(), tie('document'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(document, (value) => expect(decodeDocument(encodeDocument(value))).toStrictEqual(value)),
      { numRuns: 200, seed: 1 },
    );
  });

  test.each([[{ $float64: 3 }], [{ $number: 'NaN' }], [{ $$number: 1 }]])('keys of its own marks are no trouble: %j', (value) => {
    expect(decodeDocument(encodeDocument(value))).toStrictEqual(value);
  });

  test('equal documents are equal bytes, whatever the order of their keys', () => {
    expect(encodeDocument({ a: 1, b: new Float64Array([1]) })).toEqual(encodeDocument({ b: new Float64Array([1]), a: 1 }));
    expect(encodeDocument({ a: -0 })).not.toEqual(encodeDocument({ a: 0 }));
    expect(encodeDocument({ a: 1, b: undefined })).toEqual(encodeDocument({ a: 1 }));
  });

  test('the payload of a NaN survives', () => {
    const bits = new Float64Array(new BigUint64Array([0x7ff800000000beefn]).buffer);
    const back = decodeDocument(encodeDocument({ bits })) as { bits: Float64Array };
    expect(new BigUint64Array(back.bits.buffer)[0]).toBe(0x7ff800000000beefn);
  });

  test.each([[new Map()], [new Set()], [new Date(0)], [() => 1], [1n], [new Float32Array(1)], [undefined]])('%p is refused', (value) => {
    expect(() => encodeDocument([value])).toThrow(expect.objectContaining({ code: 'store' }));
  });

  test('damaged bytes are refused with code store', () => {
    const whole = encodeDocument({ a: new Float64Array([1, 2, 3]), b: 'text' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => decodeDocument(whole.subarray(0, length))).toThrow(expect.objectContaining({ code: 'store' }));
      }),
      { numRuns: 60, seed: 2 },
    );
    expect(() => decodeDocument(Uint8Array.of(...whole, 0))).toThrow(expect.objectContaining({ code: 'store' }));
  });

  test('bytes are little-endian and need no alignment', () => {
    expect([...bytesOfFloat64(new Float64Array([1]))]).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
    const shifted = new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]).subarray(1);
    expect(float64OfBytes(shifted)).toEqual(new Float64Array([1]));
  });
});
