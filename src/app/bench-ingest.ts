import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openMqttDriver } from '../../drivers/mqtt/driver.ts';
import { mergeScans } from '../analysis/merge-scans.ts';
import { badInput, EwaldError } from '../domain/errors.ts';
import type { Scan } from '../domain/scan.ts';
import { watchScan } from '../loop/measure.ts';
import type { RunParts } from '../loop/parts.ts';
import type { RunStore } from '../ports/run-store.ts';
import { guardDiffractometer } from '../safety/guard.ts';
import { openRunStore } from '../store/sqlite-run-store.ts';
import { IngestFarEnd } from './bench/ingest-far-end.ts';
import { FROM_UDEG, STEP_UDEG, streamCommand, streamCount } from './bench/ingest-scans.ts';
import { type Bench, benchResult } from './bench-command.ts';
import type { Environment } from './command.ts';
import { wholeNumber } from './option-values.ts';

const RULES = { limits: { fromDeg: 0, toDeg: 150 }, maxDwellS: 10, maxScanS: 1e9, collisionZones: [] };
/** No scan is longer: the range of the instrument holds no more steps. */
const SCAN_POINTS = 100_000;

interface Stream {
  readonly runId: string;
  readonly parts: RunParts;
  readonly farEnd: IngestFarEnd;
  readonly signal: AbortSignal;
}

/** How many points a second the agent takes in: off the wire, through the guard, onto the disk, acknowledged, assembled and merged. */
export const benchIngest: Bench = {
  kind: 'ingest',
  description: 'stream points through driver, guard and store into merged patterns, and count them per second',
  addOptions: (program) =>
    void program
      .option('--points <n>', 'points in all, over all streams', '1000000')
      .option('--chunk <n>', 'points of each chunk', '64')
      .option('--streams <n>', 'instruments that stream at the same time, each into a run of its own', '1'),
  async run(options, environment) {
    const points = wholeNumber('--points', options['points'] ?? '1000000', 1);
    const chunk = wholeNumber('--chunk', options['chunk'] ?? '64', 1);
    const streams = wholeNumber('--streams', options['streams'] ?? '1', 1);
    if (chunk > 8192) throw badInput('--chunk', `a chunk of ${chunk} points is longer than the wire allows`, 'give at most 8192');
    if (points < streams) throw badInput('--points', `${points} points are too few for ${streams} streams`, 'give one for each at least');
    const folder = mkdtempSync(join(tmpdir(), 'ewald-ingest-'));
    const store = openRunStore(folder);
    try {
      const measured = await ingest(store, folder, points, chunk, streams, environment);
      const { pointsPerS, pointsPerCpuS, peakHeapMiB, heapSlopeMiBPerMillion, loopDelayMs } = measured;
      const text =
        `${measured.points} points in ${measured.wallS.toFixed(2)} s over ${streams} stream(s) in chunks of ${chunk}: ${pointsPerS.toFixed(0)} points/s, ` +
        `${pointsPerCpuS.toFixed(0)} per processor second; ${heapText(peakHeapMiB, heapSlopeMiBPerMillion)}; event loop late by ${loopDelayMs.p99.toFixed(0)} ms (p99), ${loopDelayMs.max.toFixed(0)} ms at most`;
      return { result: benchResult('ingest', measured.points, measured), text, simulated: true };
    } finally {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function ingest(store: RunStore, folder: string, points: number, chunk: number, count: number, environment: Environment) {
  const opening = await Promise.allSettled(Array.from({ length: count }, (_, i) => openStream(`run-${i + 1}`, store, environment)));
  const opened = opening.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of opening) if (one.status === 'rejected') throw one.reason;
    return await measure(opened, folder, points, chunk, environment);
  } finally {
    // A far end that is left open beats on, and the program would never end.
    for (const { parts, farEnd } of opened) await parts.diffractometer.close().finally(() => farEnd.close());
  }
}

async function measure(opened: readonly Stream[], folder: string, points: number, chunk: number, environment: Environment) {
  const { clock } = environment.runtime;
  const count = opened.length;
  const each = Math.floor(points / count);
  const heaps: { readonly points: number; readonly bytes: number }[] = [];
  const loop = monitorEventLoopDelay({ resolution: 5 });
  let [taken, wallMs, cpuMs] = [0, 0, 0];
  for (let done = 0; done < each; done += SCAN_POINTS) {
    environment.signal.throwIfAborted();
    const now = Math.min(SCAN_POINTS, each - done);
    const requestId = (runId: string): string => `${runId}-c${done / SCAN_POINTS + 1}-1`;
    for (const { farEnd, runId } of opened) farEnd.prepare(requestId(runId), FROM_UDEG, STEP_UDEG, now, chunk);
    const cpu = process.cpuUsage();
    const startMs = clock.monotonicMs();
    loop.enable();
    const scans = await Promise.all(opened.map((stream) => take(stream, requestId(stream.runId), now)));
    loop.disable();
    wallMs += clock.monotonicMs() - startMs;
    const { user, system } = process.cpuUsage(cpu);
    cpuMs += (user + system) / 1000;
    opened.forEach((stream, i) => {
      check(stream, scans[i]!);
    });
    taken += now * count;
    const bytes = heapAfterCollection();
    if (bytes !== null) heaps.push({ points: taken, bytes });
    if (environment.interactive) environment.progress(`${taken} of ${points} points`);
  }
  return {
    points: taken,
    chunkPoints: chunk,
    streams: count,
    wallS: wallMs / 1000,
    cpuS: cpuMs / 1000,
    pointsPerS: taken / (wallMs / 1000),
    pointsPerCpuS: taken / (cpuMs / 1000),
    chunksPerS: taken / chunk / (wallMs / 1000),
    peakHeapMiB: heaps.length === 0 ? null : Math.max(...heaps.map(({ bytes }) => bytes)) / 2 ** 20,
    heapSlopeMiBPerMillion: slope(heaps),
    loopDelayMs: { p50: loop.percentile(50) / 1e6, p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 },
    storeMiB: statSync(join(folder, 'ewald.db')).size / 2 ** 20,
  };
}

async function openStream(runId: string, store: RunStore, environment: Environment): Promise<Stream> {
  const { runtime } = environment;
  // One of its own for each stream: so many listeners on one signal are taken for a leak.
  const signal = AbortSignal.any([environment.signal]);
  const root = `ewald/v1/bench/${runId}`;
  const farEnd = new IngestFarEnd(root, runtime.clock);
  const driver = openMqttDriver({ bus: farEnd, topicRoot: root, clientId: runId }, runtime);
  const diffractometer = guardDiffractometer(driver, RULES, runtime);
  try {
    const capabilities = await diffractometer.open(signal);
    const identity = await diffractometer.identity();
    const parts = { diffractometer, capabilities, identity, store, runtime, onProgress: () => {} };
    // Policy and identifier have no part in it.
    return { runId, parts: parts as unknown as RunParts, farEnd, signal };
  } catch (error) {
    await diffractometer.close().catch(() => undefined);
    await farEnd.close();
    throw error;
  }
}

/** One scan, as the loop takes it, merged into a pattern of its own. */
async function take({ runId, parts, signal }: Stream, requestId: string, pointCount: number): Promise<Scan> {
  const { scan } = await watchScan(parts, runId, streamCommand(requestId, pointCount), signal);
  parts.store.putPattern(runId, mergeScans([scan]));
  return scan;
}

/** What is stored must be what was sent, and acknowledged to its end. */
function check({ runId, parts, farEnd }: Stream, { command, counts }: Scan): void {
  const { requestId, pointCount } = command;
  const wrong = counts.findIndex((count, i) => count !== streamCount(i));
  const last = parts.store.chunks(runId, command).at(-1)?.sequence;
  if (counts.length === pointCount && wrong < 0 && farEnd.acknowledged === last) return;
  const what = `${counts.length} of ${pointCount} points, point ${wrong} is wrong, acknowledged to ${farEnd.acknowledged} of ${last}`;
  throw new EwaldError('internal', requestId, `the stream was not taken as it was sent: ${what}`, 'this is a defect of Ewald: report it');
}

/** In bytes; null where nothing can be collected on demand (node --expose-gc): what is in use then says nothing. */
function heapAfterCollection(): number | null {
  if (!globalThis.gc) return null;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function heapText(peakMiB: number | null, slopeMiB: number | null): string {
  if (peakMiB === null || slopeMiB === null) return 'heap not measured (start it with node --expose-gc)';
  return `heap at most ${peakMiB.toFixed(0)} MiB, growing ${slopeMiB.toFixed(1)} MiB per million points`;
}

/** Of the line through the second half of the points: what grows with all that was taken, in MiB per million points; null where nothing was measured. */
function slope(heaps: readonly { readonly points: number; readonly bytes: number }[]): number | null {
  if (heaps.length === 0) return null;
  const late = heaps.slice(Math.floor(heaps.length / 2));
  const [first, last] = [late[0], late.at(-1)];
  return !first || !last || last.points === first.points ? 0 : (last.bytes - first.bytes) / 2 ** 20 / ((last.points - first.points) / 1e6);
}
