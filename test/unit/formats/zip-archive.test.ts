import { describe, expect, test } from '@jest/globals';
import { strToU8 } from 'fflate';
import { openZip } from '../../../src/formats/zip-archive.ts';
import { archiveOf } from '../../support/made-brml.ts';

const TEXT = 'a line of text, and again '.repeat(100);
const ARCHIVE = archiveOf({ 'folder/a.txt': strToU8(TEXT), 'b.txt': strToU8('b') });
const open = (bytes: Uint8Array) => openZip(bytes, 'a.zip');
const directoryAt = (bytes: Uint8Array): number => Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));

/** A copy whose first directory entry has this number at this place. */
function withField(at: number, value: number, bytes = ARCHIVE): Uint8Array {
  const changed = bytes.slice();
  new DataView(changed.buffer).setUint32(directoryAt(changed) + at, value, true);
  return changed;
}

describe('a zip archive', () => {
  test('lists and unpacks its entries', () => {
    const archive = open(ARCHIVE);
    expect(archive.names).toEqual(['folder/a.txt', 'b.txt']);
    expect(new TextDecoder().decode(archive.unpack('folder/a.txt', 10_000))).toBe(TEXT);
  });

  test('is found behind a comment', () => {
    const commented = new Uint8Array([...ARCHIVE, ...strToU8('remark')]);
    commented[ARCHIVE.length - 2] = 6;
    expect(open(commented).names).toHaveLength(2);
  });

  test.each([
    ['an entry that is not there', () => open(ARCHIVE).unpack('c.txt', 10), /no entry c.txt/],
    ['an entry above the limit', () => open(ARCHIVE).unpack('folder/a.txt', 100), /would unpack to 2600 bytes/],
    ['an archive without its end', () => open(ARCHIVE.subarray(0, -10)), /no directory at its end/],
    ['a damaged directory', () => open(withField(0, 0)), /damaged at its entry 1/],
    ['a password', () => open(withField(8, 1 | (8 << 16))).unpack('folder/a.txt', 10_000), /encrypted/],
    ['an unknown packing', () => open(withField(8, 14 << 16)).unpack('folder/a.txt', 10_000), /is damaged/],
    ['another checksum', () => open(withField(16, 1)).unpack('folder/a.txt', 10_000), /is damaged/],
    ['an entry that unpacks to more than it says', () => open(withField(24, 10)).unpack('folder/a.txt', 10_000), /is damaged/],
    ['an entry that unpacks to less than it says', () => open(withField(24, 9000)).unpack('folder/a.txt', 10_000), /is damaged/],
    ['an entry beyond the end', () => open(withField(42, 0x7fffffff)).unpack('folder/a.txt', 10_000), /is damaged/],
  ])('refuses %s', (_what, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'badInput', subject: 'a.zip', message: expect.stringMatching(message) }));
  });

  test('unpacks no more than its limit in all, however often the same entry is asked for', () => {
    const mebibyte = new Uint8Array(2 ** 20);
    const archive = open(archiveOf({ 'zeros.bin': mebibyte }));
    for (let i = 0; i < 256; i++) expect(archive.unpack('zeros.bin', 2 ** 20)).toHaveLength(2 ** 20);
    expect(() => archive.unpack('zeros.bin', 2 ** 20)).toThrow(/would unpack to/);
  });
});
