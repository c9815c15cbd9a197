import { expect, test } from '@jest/globals';
import { awaitResult, type ResultFolder } from '../../../../drivers/bruker-lablims/await-result.ts';
import { noteOf } from '../../../../drivers/file-results/job-book.ts';
import type { FileReading } from '../../../../drivers/transport/handoff-folder.ts';
import { EwaldError } from '../../../../src/domain/errors.ts';
import { asciiOf } from '../../../support/fake-lablims.ts';
import { manualRuntime } from '../../../support/manual-runtime.ts';
import { scanCommand } from '../../../support/scan-command.ts';

const note = noteOf('job', scanCommand({ expectedS: 60 }), 0, 5_000_000);
const TIMING = { pollMs: 5000, resultGraceMs: 600_000, partialWaitMs: 60_000, linkGraceMs: 120_000, clockSpeed: 1 };
const whole: FileReading = { kind: 'read', bytes: new TextEncoder().encode(asciiOf({ fromDeg: 20, stepDeg: 0.02, points: 101 })) };
const none = { isOld: async () => false, isTaken: async () => false };

/** Waits with a folder that holds one file, as the clock moves; `read` is asked at every look. */
function wait(read: (nowMs: number) => FileReading, mtimeMs = 5_060_000) {
  const runtime = manualRuntime();
  const { clock } = runtime;
  const folders: ResultFolder = {
    results: async () => [{ path: '/x/XRD.ascii', name: 'XRD.ascii', sizeBytes: 9, mtimeMs }],
    read: async () => read(clock.monotonicMs()),
    withdrawJob: async () => false,
  };
  const signal = new AbortController().signal;
  return clock.during(awaitResult(note, 1000, folders, 'counts', none, TIMING, clock, runtime.log, signal), 2_000_000);
}

test('a result that is held for a while is waited for', async () => {
  const result = await wait((nowMs) => (nowMs < 200_000 ? { kind: 'locked' } : whole));
  expect(result?.points.counts).toHaveLength(101);
});

test('a result that stays held is told apart from none', async () => {
  await expect(wait(() => ({ kind: 'locked' }))).rejects.toMatchObject({
    code: 'deviceFault',
    message: 'no result of this job came in time, only XRD.ascii (locked: another program holds it)',
  });
});

test('the clock of the share may be wrong by years: both stamps are its own', async () => {
  expect((await wait(() => whole, 5_060_000))?.cutShort).toBeNull();
  await expect(wait(() => whole, 4_990_000)).rejects.toMatchObject({ message: expect.stringMatching(/stale: it is 10 s older/) });
});

test('a share that is away for a minute costs nothing, for longer it is a lost link', async () => {
  const away = (fromMs: number, toMs: number) =>
    wait((nowMs) => {
      if (nowMs >= fromMs && nowMs < toMs) throw new EwaldError('link', '/x', 'gone', 'mount it');
      return nowMs < 300_000 ? { kind: 'missing' } : whole;
    });
  expect((await away(50_000, 110_000))?.points.counts).toHaveLength(101);
  await expect(away(50_000, 290_000)).rejects.toMatchObject({ code: 'link' });
});
