import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EwaldError } from '../../src/domain/errors.ts';
import { formats, type RecordedFile, readRecordedFile } from '../../src/formats/registry.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'formats');

function expectWellFormed(file: RecordedFile): void {
  expect(file.scans.length).toBeGreaterThan(0);
  for (const scan of file.scans) {
    const count = scan.twoThetaDeg.length;
    expect(count).toBeGreaterThanOrEqual(3);
    expect(scan.counts).toHaveLength(count);
    if (scan.liveS) expect(scan.liveS).toHaveLength(count);
    expect(scan.twoThetaDeg.every((angle, i) => Math.abs(angle) <= 180 && (i === 0 || angle > scan.twoThetaDeg[i - 1]!))).toBe(true);
    expect(scan.counts.every((value) => Number.isFinite(value))).toBe(true);
    expect(scan.liveS?.every((live) => live > 0) ?? true).toBe(true);
    if (scan.unit === 'counts') expect(scan.counts.every((value) => value >= 0 && Number.isInteger(value))).toBe(true);
    for (const line of scan.radiation?.lines ?? []) expect(line.wavelengthA > 0 && line.weight > 0).toBe(true);
  }
}

/** Damaged bytes are read as something valid or refused with a sentence, and nothing else happens. */
async function expectReadOrRefused(bytes: Uint8Array, fileName: string): Promise<void> {
  try {
    expectWellFormed(await readRecordedFile(bytes, fileName));
  } catch (error) {
    if (!(error instanceof EwaldError)) throw error;
    expect(error).toMatchObject({ code: 'badInput', subject: fileName });
    expect(error.message.length).toBeGreaterThan(10);
    expect(error.remedy.length).toBeGreaterThan(10);
  }
}

describe.each(formats.map((format) => [format.id, format] as const))('format %s', (id, format) => {
  const fixtures = readdirSync(join(FIXTURES, id)).map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(FIXTURES, id, name))) }));

  test('has a fixture for itself', () => {
    expect(fixtures.length).toBeGreaterThan(0);
    expect(format.title.length).toBeGreaterThan(3);
    expect(format.extensions.every((ending) => /^[a-z0-9]+$/.test(ending))).toBe(true);
  });

  test.each(fixtures.map(({ name, bytes }) => [name, bytes] as const))('reads %s, told by its content alone', async (name, bytes) => {
    const file = await readRecordedFile(bytes, name);
    expect(file.formatId).toBe(id);
    expectWellFormed(file);
    expect(await readRecordedFile(bytes, 'name-without-ending')).toEqual(file);
  });

  test('does not change the bytes it reads', async () => {
    for (const { name, bytes } of fixtures) {
      const before = bytes.slice();
      await readRecordedFile(bytes, name);
      expect(bytes).toEqual(before);
    }
  });

  test.each(fixtures.map(({ name, bytes }) => [name, bytes] as const))('refuses or reads %s cut short anywhere', async (name, bytes) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), (length) => expectReadOrRefused(bytes.subarray(0, length), name)),
      { numRuns: 100, seed: 1 },
    );
  });

  test.each(fixtures.map(({ name, bytes }) => [name, bytes] as const))('refuses or reads %s with changed bytes', async (name, bytes) => {
    const change = fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        await expectReadOrRefused(damaged, name);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

describe('any bytes', () => {
  test('give a pattern or a clear refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => expectReadOrRefused(bytes, 'rubbish.xy')),
      { numRuns: 300, seed: 3 },
    );
  });

  test('that look like numbers give a pattern or a clear refusal', async () => {
    const word = fc.constantFrom('1', '2.5', '-3', '1e3', 'NaN', ',', ';', '\t', ' ', '\n', '\r\n', '#', '"', '/*', '*/', 'x', '<', '\x1a');
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 60 }), (words) =>
        expectReadOrRefused(new TextEncoder().encode(words.join('')), 'odd.csv'),
      ),
      { numRuns: 500, seed: 4 },
    );
  });
});
