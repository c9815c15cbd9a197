import { badInput } from '../domain/errors.ts';

/** Little-endian numbers and texts at given places of a binary file; reading beyond its end throws badInput, subject `fileName`. */
export interface ByteReader {
  readonly length: number;
  uint16(at: number): number;
  uint32(at: number): number;
  float32(at: number): number;
  float64(at: number): number;
  /** `length` bytes up to the first zero, without blanks around: UTF-8, or else Latin-1. */
  text(at: number, length: number): string;
  /** `count` numbers of 32 bits, one every `strideBytes`. Nothing is allocated before all of them are known to be there. */
  float32s(at: number, count: number, strideBytes: number): Float64Array;
}

export function byteReader(bytes: Uint8Array, fileName: string): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (at: number, length: number): number => {
    if (!(at >= 0) || at + length > bytes.length)
      throw badInput(
        fileName,
        `the file ends after ${bytes.length} bytes, but its header promises more`,
        'the file is damaged or truncated: copy it again',
      );
    return at;
  };
  return {
    length: bytes.length,
    uint16: (at) => view.getUint16(need(at, 2), true),
    uint32: (at) => view.getUint32(need(at, 4), true),
    float32: (at) => view.getFloat32(need(at, 4), true),
    float64: (at) => view.getFloat64(need(at, 8), true),
    text(at, length) {
      const field = bytes.subarray(need(at, length), at + length);
      const end = field.indexOf(0);
      return decode(end < 0 ? field : field.subarray(0, end)).trim();
    },
    float32s(at, count, strideBytes) {
      need(at, count > 0 ? (count - 1) * strideBytes + 4 : 0);
      return Float64Array.from({ length: count }, (_, i) => view.getFloat32(at + i * strideBytes, true));
    },
  };
}

function decode(field: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(field);
  } catch {
    return new TextDecoder('latin1').decode(field);
  }
}
