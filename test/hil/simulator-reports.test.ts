import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { faultScene, scanOf } from '../support/fault-scene.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

const folders = temporaryFolders('ewald-reports-');

afterEach(() => folders.clear());

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test('a simulated instrument leaves a JUnit report of its faults and the truth about every scan', async () => {
  const folder = folders.make();
  const junit = join(folder, 'junit.xml');
  const stream = join(folder, 'truth.jsonl');
  const schedule = '- { fault: high-voltage-alarm, atPoint: 50 }\n- { fault: lost-chunk, atS: 1e8 }';
  const scene = await faultScene('mqtt', schedule, folder, { junit, truthStream: stream });
  const { points } = await scanOf(scene);
  await scene.close();
  expect(points).toBe(51);
  const xml = readFileSync(junit, 'utf8');
  expect(xml).toMatch(/<testsuite name="ewald simulate mqtt" [^>]*tests="2" failures="1"/);
  expect(xml).toMatch(/name="0: high-voltage-alarm">\s*<system-out>the high voltage failed while the shutter was open</);
  expect(xml).toMatch(/name="1: lost-chunk">\s*<failure message="the fault lost-chunk was scheduled and took no effect"/);
  const chunks = scene.notes.filter(({ kind }) => kind === 'chunk');
  const countsSum = chunks.reduce((sum, chunk) => sum + Number(chunk['countsSum']), 0);
  expect(countsSum).toBeGreaterThan(0);
  expect(linesOf(stream)).toMatchObject([
    {
      kind: 'scan',
      requestId: 'a',
      attempt: 1,
      fromUdeg: 20_000_000,
      pointCount: 101,
      pointsCounted: 51,
      countsSum,
      completeness: 'cut-short',
      reason: "the detector's high voltage failed",
      faults: [{ fault: 'high-voltage-alarm' }],
    },
  ]);
});

test('as huber-mythen the truth is told of each frame, and a crash leaves its report too', async () => {
  const folder = folders.make();
  const junit = join(folder, 'junit.xml');
  const stream = join(folder, 'truth.jsonl');
  const scene = await faultScene('huber-mythen', '- { fault: crash, atS: 60 }', folder, { junit, truthStream: stream });
  await scanOf(scene);
  expect(readFileSync(junit, 'utf8')).toMatch(/tests="1" failures="0"/);
  await scene.close();
  const frames = linesOf(stream);
  expect(frames.length).toBeGreaterThan(0);
  expect(frames.length).toBe(scene.notes.filter(({ kind }) => kind === 'frame').length);
});
