import { expect, test } from '@jest/globals';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import type { Scan } from '../../../src/domain/scan.ts';
import { saveCheckpoint } from '../../../src/loop/checkpoint.ts';
import { newContext, type RunContext } from '../../../src/loop/context.ts';
import type { RunParts } from '../../../src/loop/parts.ts';
import { verdictOn, withPattern, withScan } from '../../../src/loop/reducers.ts';
import { examineFirstCycle } from '../../../src/loop/scan-gate.ts';
import { resultTable } from '../../../src/report/result-table.ts';
import { readRunRecord } from '../../../src/report/run-record.ts';
import { runResultOf } from '../../../src/report/run-result.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { wholeScan } from '../../support/scans.ts';

const goal = { kind: 'identify', confidence: 0.95, maxPhases: 3, budgetInstrumentS: 3600, maxCycles: 10, ceilingDeg: 100 } as const;
const ledgerS = { counting: 10, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };
const POINTS = 1001;
const store = memoryRunStore();
const partsWith = (more: Partial<RunParts> = {}) => ({ store, identity: { instrumentId: 'instrument' }, ...more }) as unknown as RunParts;

/** A first scan of 20 to 60 degrees with lines at these points. */
function firstScan(runId: string, seed: number, lines: readonly number[]): Scan {
  const random = seededRandom(seed);
  return wholeScan({ requestId: `${runId}-c1-1`, range: { fromDeg: 20, toDeg: 60 }, stepDeg: 0.04, dwellS: 1, pointCount: POINTS }, (i) =>
    random.poisson(300 + lines.reduce((sum, line) => sum + 3000 * 2 ** -(((i - line) / 1.5) ** 2), 0)),
  );
}

function beginRun(runId: string, sampleId: string, instrumentId: string, scan: Scan): RunContext {
  store.append(runId, { kind: 'started', atMs: 1, fields: { instrumentId, sampleId } });
  store.putScan(runId, scan);
  const context = withScan(newContext({ runId, goal, sampleId, policyId: 'p', modelId: 'm', seed: 1 }), scan, ledgerS);
  saveCheckpoint(store, context);
  return context;
}

const LINES = [100, 260, 333, 480, 611, 777];

test('a good first scan says nothing, and there is nothing to say before the first', () => {
  const context = beginRun('good', 'a', 'instrument', firstScan('good', 1, LINES));
  expect(examineFirstCycle(partsWith(), context)).toEqual([]);
  expect(examineFirstCycle(partsWith(), newContext({ ...context, runId: 'none' }))).toEqual([]);
  expect(withPattern(context, { patternId: 'p', scanFindings: [] }).verdict).toBeNull();
});

test('an empty holder ends the run without a claim, and every report says why', () => {
  const context = beginRun('empty', 'b', 'instrument', firstScan('empty', 2, []));
  const scanFindings = examineFirstCycle(partsWith(), context);
  const ended = withPattern(context, { patternId: 'p', scanFindings });
  expect(ended.verdict).toMatchObject({
    kind: 'inconclusive',
    reasonCode: 'futile',
    phaseIds: [],
    reason: expect.stringContaining('empty'),
  });
  saveCheckpoint(store, ended);
  const record = readRunRecord(store, 'empty');
  expect(resultTable(record)).toContain('the holder is empty');
  const surroundings = { estimateS: null, wallS: 1, driver: null, simulated: null, reportFile: null };
  expect(runResultOf(record, surroundings)['scanFindings']).toEqual(scanFindings);
});

test('the same pattern under another name is a warning; under the same name, on another instrument or after another sample it is none', () => {
  const [first] = examineFirstCycle(partsWith(), beginRun('next', 'c', 'instrument', firstScan('next', 3, [])));
  expect(first).toMatchObject({ kind: 'emptyHolder' });
  beginRun('one', 'd', 'instrument', firstScan('one', 4, LINES));
  const unchanged = beginRun('two', 'e', 'instrument', firstScan('two', 5, LINES));
  const [warning] = examineFirstCycle(partsWith(), unchanged);
  expect(warning).toMatchObject({ kind: 'sameSample', severity: 'warn', message: expect.stringContaining('sample d') });
  expect(verdictOn([warning!])).toBeNull();
  const again = beginRun('three', 'e', 'instrument', firstScan('three', 6, LINES));
  expect(examineFirstCycle(partsWith(), again)).toEqual([]);
  const elsewhere = beginRun('four', 'f', 'other', firstScan('four', 7, LINES));
  expect(examineFirstCycle(partsWith({ identity: { instrumentId: 'other' } as RunParts['identity'] }), elsewhere)).toEqual([]);
  const changed = beginRun('five', 'g', 'instrument', firstScan('five', 8, [50, 400, 900]));
  expect(examineFirstCycle(partsWith(), changed)).toEqual([]);
});

test('more than the detector is said to count is a warning', () => {
  const context = beginRun(
    'bright',
    'h',
    'instrument',
    firstScan(
      'bright',
      9,
      LINES.toReversed().map((line) => line + 7),
    ),
  );
  expect(examineFirstCycle(partsWith({ detectorMaxCps: 2000 }), context)).toMatchObject([{ kind: 'saturation', severity: 'warn' }]);
  expect(examineFirstCycle(partsWith({ detectorMaxCps: 20_000 }), context)).toEqual([]);
});

/** A first scan that was cut short after `cut` points: its two pieces, the first with `darkCounts` at every point where they are given. */
function inPieces(runId: string, seed: number, cut: number, darkCounts: number | null): RunContext {
  const whole = firstScan(runId, seed, LINES);
  const piece = (requestId: string, from: number, to: number, countsAt: (i: number) => number) => {
    const at = (i: number) => Math.round((20 + 0.04 * i) * 100) / 100;
    const range = { fromDeg: at(from), toDeg: at(to - 1) };
    return wholeScan({ requestId, range, stepDeg: 0.04, dwellS: 1, pointCount: to - from }, (i) => countsAt(from + i));
  };
  const first = piece(`${runId}-c1-1`, 0, cut, (i) => darkCounts ?? whole.counts[i]!);
  const rest = piece(`${runId}-c1-1-rest1`, cut, POINTS, (i) => whole.counts[i]!);
  store.putScan(runId, rest);
  const context = withScan(beginRun(runId, runId, 'pieces', first), rest, ledgerS);
  saveCheckpoint(store, context);
  return context;
}

const atPieces = partsWith({ identity: { instrumentId: 'pieces' } as RunParts['identity'] });

test('a first scan in pieces is judged as a whole: a dark piece is a warning where the rest shows lines', () => {
  expect(examineFirstCycle(atPieces, inPieces('cut', 11, 90, null))).toEqual([]);
  // The dark piece alone would end the run.
  const dark = examineFirstCycle(atPieces, inPieces('dark', 12, 90, 0));
  expect(dark).toMatchObject([{ kind: 'noBeam', severity: 'warn', atDeg: 20, message: expect.stringContaining('20.00 to 23.56 degrees') }]);
  expect(verdictOn(dark)).toBeNull();
});

test('the sample before is recognised by the whole of a first scan in pieces, on either side', () => {
  beginRun('whole', 'w', 'pieces', firstScan('whole', 13, LINES));
  const cut = inPieces('again', 14, 150, null);
  expect(examineFirstCycle(atPieces, cut)).toMatchObject([{ kind: 'sameSample', message: expect.stringContaining('sample w') }]);
  const next = beginRun('next-whole', 'n', 'pieces', firstScan('next-whole', 15, LINES));
  expect(examineFirstCycle(atPieces, next)).toMatchObject([{ kind: 'sameSample', message: expect.stringContaining('sample again') }]);
});
