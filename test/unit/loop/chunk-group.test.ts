import { beforeEach, expect, test } from '@jest/globals';
import { EwaldError } from '../../../src/domain/errors.ts';
import type { ScanChunk } from '../../../src/domain/scan.ts';
import { ChunkGroup } from '../../../src/loop/chunk-group.ts';
import type { RunParts } from '../../../src/loop/parts.ts';
import { ManualClock, manualRuntime } from '../../support/manual-runtime.ts';
import { scanCommand } from '../../support/scan-command.ts';

const command = scanCommand();
let clock: ManualClock;
let happened: string[];
let diskIsFull: boolean;
let group: ChunkGroup;

const chunk = (sequence: number, points = 2): ScanChunk => ({
  requestId: command.requestId,
  attempt: command.attempt,
  sequence,
  twoThetaDeg: new Float64Array(points),
  counts: new Float64Array(points),
  liveS: new Float64Array(points),
  instrumentTimeS: 0,
});

function make(known: readonly ScanChunk[] = []): ChunkGroup {
  const parts = {
    runtime: manualRuntime(clock),
    onProgress: (progress: { points: number }) => happened.push(`${progress.points} points`),
    store: {
      chunks: () => known,
      appendChunks: (_runId: string, chunks: readonly ScanChunk[]) => {
        if (diskIsFull) throw new EwaldError('store', 'runs', 'the disk is full', 'free space');
        happened.push(`stored ${chunks.map(({ sequence }) => sequence).join()}`);
      },
    },
    diffractometer: {
      acknowledge: async (_id: string, _attempt: number, sequence: number) => void happened.push(`acknowledged ${sequence}`),
    },
  };
  return new ChunkGroup(parts as unknown as RunParts, 'run-1', command, (error) => happened.push(error.message));
}

beforeEach(() => {
  clock = new ManualClock();
  happened = [];
  diskIsFull = false;
  group = make();
});

test('what comes in one turn is stored in one go, then acknowledged once, up to the last', async () => {
  for (const sequence of [0, 1, 2]) group.add(chunk(sequence));
  expect(happened).toEqual([]);
  await clock.advance(0);
  expect(happened).toEqual(['stored 0,1,2', '2 points', '4 points', '6 points', 'acknowledged 2']);
  group.add(chunk(3));
  await clock.advance(0);
  expect(happened.slice(5)).toEqual(['stored 3', '8 points', 'acknowledged 3']);
});

test('a group that cannot be stored is acknowledged by nobody, and the trouble is told', async () => {
  diskIsFull = true;
  group.add(chunk(0));
  await clock.advance(0);
  expect(happened).toEqual(['the disk is full']);
  group.add(chunk(1));
  expect(() => group.flush()).toThrow('the disk is full');
});

test('at the end of a scan nothing waits for its turn', async () => {
  group.add(chunk(0));
  group.flush();
  expect(happened).toEqual(['stored 0', '2 points', 'acknowledged 0']);
  await clock.advance(0);
  expect(happened).toHaveLength(3);
});

test('a flood does not pile up', () => {
  for (let sequence = 0; sequence < 20; sequence++) group.add(chunk(sequence, 8192));
  expect(happened.filter((what) => what.startsWith('stored'))).toEqual(['stored 0,1,2,3,4,5,6,7', 'stored 8,9,10,11,12,13,14,15']);
});

test('chunks that a crashed program has stored are counted once', async () => {
  group = make([chunk(0), chunk(1)]);
  for (const sequence of [1, 2]) group.add(chunk(sequence));
  await clock.advance(0);
  expect(happened).toEqual(['stored 1,2', '4 points', '6 points', 'acknowledged 2']);
});
