import { badInput } from '../../src/domain/errors.ts';

const ESCAPES: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, '0': 0, '\\': 92 };

/** Bytes written as text: `@STATUS`, `\x01ST`, `\r`. Every character is one byte. Fails with 'badInput'. */
export function bytesOf(text: string, subject: string): Uint8Array {
  const bytes: number[] = [];
  const pattern = /\\x([0-9a-fA-F]{2})|\\(.)|([^\\])|(\\)$/gsu;
  for (const [whole, hex, letter, plain] of text.matchAll(pattern)) {
    const byte = hex !== undefined ? Number.parseInt(hex, 16) : letter !== undefined ? ESCAPES[letter] : plain?.codePointAt(0);
    if (byte === undefined || byte > 255) throw badInput(subject, `${subject}: '${whole}' is no byte`, BYTE_TEXT);
    bytes.push(byte);
  }
  if (bytes.length === 0) throw badInput(subject, `${subject}: the pattern is empty`, 'write the bytes to look for');
  return Uint8Array.from(bytes);
}

/** Whether a text can be read by `bytesOf`. */
export function isByteText(text: string): boolean {
  try {
    return bytesOf(text, 'text').length > 0;
  } catch {
    return false;
  }
}

export const BYTE_TEXT = String.raw`write bytes as \xNN, \r or \n, and text in ASCII`;

/** Where `pattern` begins in `bytes`, at `from` or later; -1 where it does not occur. */
export function indexOfBytes(bytes: Uint8Array, pattern: Uint8Array, from = 0): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(pattern, from);
}

/** How many of the last bytes could be the beginning of `pattern`: fewer than its length. */
export function openEnd(bytes: Uint8Array, pattern: Uint8Array): number {
  for (let length = Math.min(bytes.length, pattern.length - 1); length > 0; length--) {
    const start = bytes.length - length;
    if (pattern.subarray(0, length).every((byte, i) => bytes[start + i] === byte)) return length;
  }
  return 0;
}

export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** The first bytes of something as a person can read them. */
export function shown(bytes: Uint8Array, most = 40): string {
  const text = [...bytes.subarray(0, most)]
    .map((byte) =>
      byte === 13
        ? '\\r'
        : byte === 10
          ? '\\n'
          : byte >= 32 && byte < 127
            ? String.fromCharCode(byte)
            : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
  return bytes.length > most ? `${text}...` : text;
}
