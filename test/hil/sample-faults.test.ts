import { afterEach, expect, test } from '@jest/globals';
import { endpoints } from '../../simulators/endpoints/registry.ts';
import { type FaultScene, faultScene } from '../support/fault-scene.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

/**
 * What is wrong with the sample or the strength of the beam no wire tells: the scan is whole, what was counted is handed over as it was counted, and it
 * is left to the evidence to say that this is not what was expected.
 */
const folders = temporaryFolders('ewald-sample-');
let open: FaultScene | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
  folders.clear();
});

/** An empty place that a sensor sees is another matter; here the holder stays. */
const faults: [fault: string, options: Readonly<Record<string, unknown>>][] = [
  ['missing-sample', { holderStays: true }],
  ['wrong-sample', {}],
  ['spinner-stop', {}],
  ['saturation', { factor: 20 }],
];
const cases = [...endpoints.keys()].flatMap((wire) =>
  faults.map(([fault, options]): [string, string, typeof options] => [wire, fault, options]),
);
// The counters of the strips say themselves what is too much for them, which has its own test.
const tried = cases.filter(([wire, fault]) => wire !== 'huber-mythen' || fault !== 'saturation');

test.each(tried)('%s: %s', async (wire, fault, options) => {
  const schedule = `- { fault: ${fault}, atPoint: 20, options: ${JSON.stringify(options)} }`;
  const scene = await faultScene(wire, schedule, folders.make());
  open = scene;
  let points = 0;
  let countsSum = 0;
  await new Promise<void>((resolve, reject) => {
    scene.instrument.scan(scene.command).subscribe({
      next: ({ counts }) => {
        points += counts.length;
        expect(counts.every((count) => wire === 'huber-mythen' || Number.isSafeInteger(count))).toBe(true);
        countsSum += counts.reduce((sum, count) => sum + count, 0);
      },
      error: reject,
      complete: resolve,
    });
  });
  expect(points).toBe(scene.command.pointCount);
  const chunks = scene.notes.filter(({ kind }) => kind === 'chunk');
  // The strips' frames are corrected and put together from what each has seen; they have no chunks in the journal.
  if (wire !== 'huber-mythen') expect(countsSum).toBe(chunks.reduce((sum, note) => sum + Number(note['countsSum']), 0));
  proveFaults(scene.simulator);
  expect(scene.notes.filter((note) => note['unsafe'] === true)).toEqual([]);
});
