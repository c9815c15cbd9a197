import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';

const BYTES = new Uint8Array(readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'formats', 'philips-rd', 'made-up.rd')));

test('points, wavelengths and name of a version 3 file', async () => {
  const scan = (await readRecordedFile(BYTES, 'a.rd')).scans[0]!;
  expect(scan.twoThetaDeg).toHaveLength(41);
  expect(scan.twoThetaDeg[40]).toBeCloseTo(22, 9);
  // The strongest point, 434 counts, is stored as 208 = round(10 sqrt(434)).
  expect([scan.counts[12], scan.counts[0]]).toEqual([432, 30]);
  expect(scan).toMatchObject({ unit: 'counts', sampleName: 'made up for tests', stepTimeS: null });
  expect(scan.radiation).toEqual({
    anode: 'Cu',
    lines: [
      { wavelengthA: 1.54056, weight: 1 },
      { wavelengthA: 1.54439, weight: 0.5 },
    ],
  });
});

test('a file cut short is refused with both numbers of points', async () => {
  await expect(readRecordedFile(BYTES.subarray(0, BYTES.length - 20), 'a.rd')).rejects.toThrow(
    'the header promises 41 points but the file holds 31',
  );
  await expect(readRecordedFile(BYTES.subarray(0, 100), 'a.rd')).rejects.toThrow('inside its header');
});

test('another version is refused by name', async () => {
  const other = BYTES.slice();
  other[1] = '4'.charCodeAt(0);
  await expect(readRecordedFile(other, 'a.rd')).rejects.toThrow('V4RD');
});

test('version 5 keeps its counts further back', async () => {
  const fifth = new Uint8Array(810 + BYTES.length - 250);
  fifth.set(BYTES.subarray(0, 250));
  fifth.set(BYTES.subarray(250), 810);
  fifth[1] = '5'.charCodeAt(0);
  const { scans } = await readRecordedFile(fifth, 'a.sd');
  expect(scans[0]).toEqual((await readRecordedFile(BYTES, 'a.rd')).scans[0]);
  await expect(readRecordedFile(fifth.subarray(0, 800), 'a.sd')).rejects.toThrow('inside its header');
});
