import { EwaldError } from '../domain/errors.ts';
import { bytesOfFloat64, float64OfBytes } from './typed-array-codec.ts';

/**
 * Plain objects with Float64Arrays in them, as bytes: the length of a JSON text (32 bits, little-endian), the text, then the arrays one
 * after the other. In the text an array is {"$float64": [offset, length]} and a number that JSON cannot hold is {"$number": name}; keys that begin
 * with $ get one more. Keys are sorted, so equal documents are equal bytes. Throws 'store' for anything else (a Map, a Date, a function).
 */
export function encodeDocument(document: unknown): Uint8Array {
  const arrays: Arrays = { parts: [], length: 0 };
  const text = new TextEncoder().encode(JSON.stringify(toPlain(document, arrays)));
  const bytes = new Uint8Array(4 + text.length + arrays.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let at = 4 + text.length;
  for (const part of arrays.parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The document again, bit by bit; undefined properties are gone. Throws 'store' where the bytes are damaged. */
export function decodeDocument(bytes: Uint8Array): unknown {
  try {
    const textEnd = 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, textEnd));
    const arrays = { bytes: bytes.subarray(textEnd), used: 0 };
    const document = fromPlain(JSON.parse(text), arrays);
    if (arrays.used !== arrays.bytes.length) throw new RangeError('bytes are left over');
    return document;
  } catch (error) {
    throw new EwaldError('store', 'store', 'a stored document is damaged', 'restore the folder of the runs from a copy', error);
  }
}

/** The arrays met so far, as bytes. */
interface Arrays {
  readonly parts: Uint8Array[];
  length: number;
}

function toPlain(value: unknown, arrays: Arrays): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (value instanceof Float64Array) {
    const at = arrays.length;
    arrays.parts.push(bytesOfFloat64(value));
    arrays.length += value.byteLength;
    return { $float64: [at, value.length] };
  }
  if (Array.isArray(value)) return value.map((item) => toPlain(item, arrays));
  if (typeof value !== 'object' || Object.prototype.toString.call(value) !== '[object Object]')
    throw new EwaldError(
      'store',
      'store',
      `a document holds ${describe(value)}, which cannot be stored`,
      'this is a defect of Ewald: report it',
    );
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, toPlain(item, arrays)]));
}

function fromPlain(value: unknown, arrays: { readonly bytes: Uint8Array; used: number }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fromPlain(item, arrays));
  const fields = value as Readonly<Record<string, unknown>>;
  if (typeof fields['$number'] === 'string') return Number(fields['$number']);
  if (Array.isArray(fields['$float64'])) {
    const [at, length] = fields['$float64'] as [number, number];
    const end = at + 8 * length;
    if (end > arrays.bytes.length) throw new RangeError('bytes are missing');
    arrays.used += 8 * length;
    return float64OfBytes(arrays.bytes.subarray(at, end));
  }
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [key.startsWith('$$') ? key.slice(1) : key, fromPlain(item, arrays)]),
  );
}

function describe(value: unknown): string {
  return typeof value === 'object' ? Object.prototype.toString.call(value) : `a ${typeof value}`;
}
