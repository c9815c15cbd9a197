import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunView } from '../../src/domain/decision.ts';
import type { Identification } from '../../src/domain/identification.ts';
import type { Scan, ScanChunk } from '../../src/domain/scan.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import { openRunStore } from '../../src/store/sqlite-run-store.ts';
import { memoryRunStore } from '../support/memory-run-store.ts';
import { scanCommand } from '../support/scan-command.ts';

const RADIATION = { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] };
// Values that a careless codec changes: negative zero, the smallest and the largest number, no number, a third.
const ODD = [-0, Number.MIN_VALUE, Number.MAX_VALUE, Number.NaN, Number.NEGATIVE_INFINITY, 1 / 3];

const chunk = (sequence: number, over: Partial<ScanChunk> = {}): ScanChunk => ({
  requestId: 'r1',
  attempt: 1,
  sequence,
  twoThetaDeg: Float64Array.from([10 + sequence, 10.1 + sequence]),
  counts: Float64Array.from([3, 4]),
  liveS: Float64Array.from([0.1, 0.1]),
  instrumentTimeS: 100 + sequence / 3,
  ...over,
});
const SCAN: Scan = {
  scanId: 'r1.1',
  command: scanCommand({ requestId: 'r1', range: { fromDeg: 10, toDeg: 10.1 }, pointCount: 6, notAfterS: 1000, how: { kind: 'step' } }),
  instrumentId: 'i',
  radiation: RADIATION,
  startedAtS: 1,
  endedAtS: 2,
  twoThetaDeg: Float64Array.from(ODD),
  counts: Float64Array.from(ODD),
  liveS: Float64Array.from(ODD),
  completeness: 'cut-short',
  gaps: [{ fromDeg: 10.04, toDeg: 10.06 }],
};
const IDENTIFICATION: Identification = {
  identificationId: 'id1',
  patternId: 'p1',
  modelId: 'm',
  threshold: 0.5,
  verdict: 'novel',
  candidates: [],
  setProbability: 0.1,
  rivalSets: [],
  shift: { zeroDeg: -0, displacementMm: 0.01 },
  unexplained: { fraction: 0.2, maxPeakSigma: Number.POSITIVE_INFINITY, atDeg: null },
  novelty: { score: 0.9, isNovel: true },
  detectionLimits: [],
  disagreement: [],
  timingMs: { load: 1, network: 2, search: 3, explain: 4, total: 10 },
};
const VIEW: RunView = {
  viewId: 'v1',
  goal: { kind: 'identify', confidence: 0.95, maxPhases: 4, budgetInstrumentS: 600, maxCycles: 9, ceilingDeg: 80 },
  cycle: 1,
  coverage: [{ range: { fromDeg: 10, toDeg: 60 }, dwellS: 0.1, stepDeg: 0.02 }],
  identification: IDENTIFICATION,
  regions: [],
  costModel: { apertureDeg: 0, perScanS: 1, perPointS: 0.1, slewDegPerS: 5, settleS: 1, shutterS: 0.2 },
  limits: { fromDeg: 5, toDeg: 140 },
  minWindowDeg: 1,
  spentS: 60,
  seed: 7,
};
const PATTERN = {
  patternId: 'p1',
  scanIds: ['r1.1'],
  unit: 'counts' as const,
  radiation: RADIATION,
  twoThetaDeg: Float64Array.from(ODD),
  counts: Float64Array.from([1, 2, 3, 4, 5, 6]),
  liveS: Float64Array.from([1, 1, 1, 1, 1, 1]),
};
const MAPS = [
  {
    phaseId: 'A_1',
    memberId: 'm0',
    of: 'measured' as const,
    twoThetaDeg: Float64Array.from([10, 11]),
    weight: Float64Array.from([0.5, -0.5]),
  },
  { phaseId: 'A_1', memberId: 'm1', of: 'reference' as const, twoThetaDeg: new Float64Array(0), weight: new Float64Array(0) },
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reopenSqlite(store: RunStore): RunStore {
  store.close();
  return openRunStore(folder);
}

/** `reopen` is the store as the next process sees it; a store in memory has no next process. */
const STORES = {
  sqlite: { open: () => openRunStore(folder), reopen: reopenSqlite },
  memory: { open: memoryRunStore, reopen: (store: RunStore) => store },
};

describe.each(Object.entries(STORES))('run store %s', (_name, { open, reopen }) => {
  const documents: [string, (store: RunStore) => void, (store: RunStore) => unknown, unknown, (store: RunStore) => void][] = [
    ['scan', (s) => s.putScan('a', SCAN), (s) => s.getScan('a', 'r1.1'), SCAN, (s) => s.putScan('a', { ...SCAN, endedAtS: 3 })],
    [
      'pattern',
      (s) => s.putPattern('a', PATTERN),
      (s) => s.getPattern('a', 'p1'),
      PATTERN,
      (s) => s.putPattern('a', { ...PATTERN, scanIds: [] }),
    ],
    [
      'identification',
      (s) => s.putIdentification('a', IDENTIFICATION),
      (s) => s.getIdentification('a', 'id1'),
      IDENTIFICATION,
      (s) => s.putIdentification('a', { ...IDENTIFICATION, shift: { zeroDeg: 0, displacementMm: 0.01 } }),
    ],
    ['maps', (s) => s.putMaps('a', 'p1', MAPS), (s) => s.getMaps('a', 'p1'), MAPS, (s) => s.putMaps('a', 'p1', MAPS.slice(1))],
    ['view', (s) => s.putView('a', VIEW), (s) => s.getView('a', 'v1'), VIEW, (s) => s.putView('a', { ...VIEW, seed: 8 })],
  ];

  test.each(documents)('%s: comes back bit by bit, once per id', (_kind, put, get, expected, putOther) => {
    let store = open();
    expect(get(store)).toBeNull();
    put(store);
    put(store);
    store = reopen(store);
    expect(get(store)).toStrictEqual(expected);
    expect(() => putOther(store)).toThrow(expect.objectContaining({ code: 'store', message: expect.stringContaining('other content') }));
    expect(get(store)).toStrictEqual(expected);
    store.close();
  });

  test('runs keep apart, in order of birth, dated by their first entry', () => {
    let store = open();
    expect(store.runs()).toEqual([]);
    store.putScan('b', SCAN);
    store.append('b', { kind: 'started', atMs: 2000, fields: {} });
    store.append('a', { kind: 'started', atMs: 1000, fields: {} });
    store.append('b', { kind: 'ended', atMs: 3000, fields: {} });
    store = reopen(store);
    expect(store.runs()).toEqual([
      { runId: 'b', createdMs: 2000 },
      { runId: 'a', createdMs: 1000 },
    ]);
    expect(store.getScan('a', 'r1.1')).toBeNull();
    expect(store.journal('nobody')).toEqual([]);
    expect(store.runs()).toHaveLength(2);
    store.close();
  });

  test('the journal counts from 0 in each run and keeps its fields', () => {
    let store = open();
    store.append('a', { kind: 'one', atMs: 5, fields: { text: 'ä "x"', list: [1, null], nested: { yes: true } } });
    store.append('b', { kind: 'other', atMs: 6, fields: {} });
    store = reopen(store);
    store.append('a', { kind: 'two', atMs: 4, fields: {} });
    expect(store.journal('a')).toEqual([
      { index: 0, kind: 'one', atMs: 5, fields: { text: 'ä "x"', list: [1, null], nested: { yes: true } } },
      { index: 1, kind: 'two', atMs: 4, fields: {} },
    ]);
    expect(store.journal('b').map((entry) => entry.index)).toEqual([0]);
    store.close();
  });

  test('chunks come back in order, each once, by request and attempt', () => {
    let store = open();
    for (const sequence of [2, 0, 10, 1, 0]) store.appendChunk('a', chunk(sequence));
    store.appendChunk('a', chunk(0, { attempt: 11, counts: Float64Array.from([9, 9]) }));
    store.appendChunk('a', chunk(0, { requestId: 'r1,1', twoThetaDeg: Float64Array.from(ODD) }));
    store = reopen(store);
    expect(store.chunks('a', { requestId: 'r1', attempt: 1 })).toStrictEqual([0, 1, 2, 10].map((sequence) => chunk(sequence)));
    expect(store.chunks('a', { requestId: 'r1', attempt: 11 })).toHaveLength(1);
    expect(store.chunks('a', { requestId: 'r1,1', attempt: 1 })[0]!.twoThetaDeg).toStrictEqual(Float64Array.from(ODD));
    expect(store.chunks('a', { requestId: 'r2', attempt: 1 })).toEqual([]);
    expect(store.chunks('b', { requestId: 'r1', attempt: 1 })).toEqual([]);
    const spoiled = [chunk(20), chunk(1, { counts: Float64Array.from([3, 5]) })];
    expect(() => store.appendChunks('a', spoiled)).toThrow('is already stored with other content');
    expect(() => store.appendChunk('a', chunk(1, { counts: Float64Array.from([3, 5]) }))).toThrow(
      expect.objectContaining({ code: 'store' }),
    );
    store.close();
  });

  test('one holder drives a run at a time', () => {
    const store = open();
    const release = store.hold('a');
    expect(() => store.hold('a')).toThrow(expect.objectContaining({ code: 'badInput', subject: 'a' }));
    store.hold('b')();
    release();
    store.hold('a')();
    store.close();
  });

  test('the last checkpoint wins', () => {
    let store = open();
    expect(store.loadCheckpoint('a')).toBeNull();
    store.saveCheckpoint('a', '{"n":1}');
    store.saveCheckpoint('b', '{"n":9}');
    store.saveCheckpoint('a', '{"n":2}');
    store = reopen(store);
    expect([store.loadCheckpoint('a'), store.loadCheckpoint('b')]).toEqual(['{"n":2}', '{"n":9}']);
    store.close();
  });

  test('what is stored does not follow later changes of the array', () => {
    const store = open();
    const counts = Float64Array.from([3, 4]);
    store.appendChunk('a', chunk(0, { counts }));
    counts[0] = 99;
    const first = store.chunks('a', { requestId: 'r1', attempt: 1 })[0]!;
    expect(first.counts[0]).toBe(3);
    first.counts[0] = 98;
    expect(store.chunks('a', { requestId: 'r1', attempt: 1 })[0]!.counts[0]).toBe(3);
    store.close();
  });

  test('a closed store refuses, and closing twice is nothing', () => {
    const store = open();
    store.close();
    store.close();
    for (const use of [() => store.runs(), () => store.saveCheckpoint('a', '{}'), () => store.getScan('a', 'x')])
      expect(use).toThrow(expect.objectContaining({ code: 'store', message: expect.stringContaining('closed') }));
  });
});
