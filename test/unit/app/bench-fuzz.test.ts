import { describe, expect, test } from '@jest/globals';
import { unzipSync, zipSync } from 'fflate';
import { judgeReading } from '../../../src/app/bench-fuzz-judge.ts';
import { mutate } from '../../../src/app/bench-fuzz-mutations.ts';
import { fuzzCase } from '../../../src/app/bench-fuzz-worker.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const COLUMNS = bytesOf('10.00 120\n10.02 125\n10.04 130\n10.06 128\n');
const FIXTURES = [
  { formatId: 'columns', name: 'a.xy', bytes: COLUMNS },
  { formatId: 'other', name: 'b.txt', bytes: bytesOf('nothing to be read') },
];

describe('damage', () => {
  test('is the same for the same seed and number, and another for others', () => {
    const damaged = (seed: number, index: number) => fuzzCase(FIXTURES, seed, index).bytes;
    expect(damaged(1, 0)).toEqual(damaged(1, 0));
    const different = new Set(Array.from({ length: 50 }, (_, i) => damaged(1, 2 * i).join()));
    expect(different.size).toBeGreaterThan(40);
  });

  test('takes the formats in turn', () => {
    expect([0, 1, 2, 3].map((index) => fuzzCase(FIXTURES, 1, index).fixture.formatId)).toEqual(['columns', 'other', 'columns', 'other']);
  });

  test('leaves the file itself alone, is never empty and stays small', () => {
    const before = COLUMNS.slice();
    for (let i = 0; i < 300; i++) {
      const { length } = mutate(COLUMNS, seededRandom(i), COLUMNS);
      expect(length).toBeGreaterThan(0);
      expect(length).toBeLessThan(8 << 20);
    }
    expect(COLUMNS).toEqual(before);
  });

  test('of a zip also happens inside, so that the zip itself stays sound', () => {
    const zip = zipSync({ 'a.xml': COLUMNS, 'b.xml': COLUMNS }, { mtime: '2030-01-01' });
    let sound = 0;
    for (let i = 0; i < 100; i++) {
      try {
        const files: Record<string, Uint8Array> = unzipSync(mutate(zip, seededRandom(i), zip));
        if (Object.values(files).some((content) => content.join() !== COLUMNS.join())) sound++;
      } catch {
        // Damage to the zip as a whole, as intended.
      }
    }
    expect(sound).toBeGreaterThan(20);
  });
});

describe('judgement', () => {
  test('a pattern and a clear refusal are both right', async () => {
    expect(await judgeReading(COLUMNS, 'a')).toEqual({ outcome: 'read', objection: null });
    expect(await judgeReading(bytesOf('10 1\n9 2\n8 3'), 'a')).toEqual({ outcome: 'refused', objection: null });
    expect(await judgeReading(bytesOf('\0\0'), 'a')).toEqual({ outcome: 'refused', objection: null });
  });

  test('anything else that a reader throws is a finding', async () => {
    expect((await judgeReading(null as never, 'a')).objection).toMatch(/^TypeError/);
  });
});
