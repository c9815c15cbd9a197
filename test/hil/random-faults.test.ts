import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writtenSchedule } from '../../src/app/bench/faults/draw-schedule.ts';
import { sceneOf } from '../../src/app/bench/faults/scenes.ts';
import type { FaultTally } from '../../src/app/bench/faults/tally.ts';
import { tryDriver } from '../../src/app/bench/faults/try-driver.ts';
import { benchFaults } from '../../src/app/bench-faults.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { ScanChunk } from '../../src/domain/scan.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import { openRunStore } from '../../src/store/sqlite-run-store.ts';
import { patientClock } from '../support/patient-clock.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

/** `ewald bench faults` in small: every driver through loop and guard under schedules of faults drawn at random. EWALD_SCHEDULES asks for more. */
const SCHEDULES = Number(process.env['EWALD_SCHEDULES'] ?? 10);
/** Share of runs that must come to their own end with everything measured; many faults rightly end one. */
const LEAST_COMPLETED = 0.2;
const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(7) };
const signal = new AbortController().signal;
const progress = (): void => undefined;
let folder: string;
let store: RunStore;
const tallies = new Map<string, Promise<FaultTally>>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-random-faults-'));
  store = openRunStore(folder);
  // All at once: they wait for their instruments most of the time.
  const schedules = Array.from({ length: SCHEDULES }, (_, seed) => seed);
  for (const as of Object.keys(sceneOf)) {
    const tally = tryDriver({ as, schedules, parallel: 5 }, { store, runtime, signal, progress });
    tally.catch(() => undefined); // the test tells
    tallies.set(as, tally);
  }
});

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(Object.keys(sceneOf))(
  '%s: nothing is lost, measured twice or left open under faults',
  async (as) => {
    const tally = (await tallies.get(as))!;
    // With it stands the schedule that replays what went wrong.
    expect(tally.violations).toEqual([]);
    const { countsMissing, liveSMissing, doubleExecutions, unsafeTicks, wrongPoints, hung } = tally;
    expect({ countsMissing, liveSMissing, doubleExecutions, unsafeTicks, wrongPoints, hung }).toEqual({
      countsMissing: 0,
      liveSMissing: 0,
      doubleExecutions: 0,
      unsafeTicks: 0,
      wrongPoints: 0,
      hung: 0,
    });
    expect(tally.schedules).toBeGreaterThan(SCHEDULES / 2);
    // A driver that gives up at once, or never confirms the safe state, breaks no rule above and measures nothing.
    expect(tally.completed).toBeGreaterThanOrEqual(tally.runs * LEAST_COMPLETED);
  },
  60_000 + 6000 * SCHEDULES,
);

/** The same store, but for what it is given to keep, one by one or many at once. */
function spoiled(spoil: (chunk: ScanChunk) => ScanChunk | null): RunStore {
  const appendChunks = (runId: string, chunks: readonly ScanChunk[]) => {
    for (const kept of chunks.flatMap((chunk) => spoil(chunk) ?? [])) store.appendChunk(runId, kept);
  };
  return Object.assign(Object.create(store) as RunStore, {
    appendChunks,
    appendChunk: (runId: string, chunk: ScanChunk) => appendChunks(runId, [chunk]),
  });
}

const changed = (chunk: ScanChunk): ScanChunk => ({ ...chunk, counts: chunk.counts.map((count, i) => (i === 0 ? count + 1 : count)) });

test.each<[string, (chunk: ScanChunk) => ScanChunk | null, object]>([
  ['lost-chunk', (chunk) => (chunk.sequence === 2 ? null : chunk), { wrongPoints: 0, countsMissing: expect.any(Number) }],
  ['changed-count', (chunk) => (chunk.sequence === 2 ? changed(chunk) : chunk), { wrongPoints: 2, countsMissing: 0 }],
])('the bench finds a %s', async (name, spoil, expected) => {
  const schedules = [writtenSchedule(name, '')];
  const tally = await tryDriver({ as: 'mqtt', schedules, parallel: 1 }, { store: spoiled(spoil), runtime, signal, progress });
  expect(tally).toMatchObject(expected);
  expect(tally.countsMissing + tally.wrongPoints).toBeGreaterThan(0);
  expect(tally.violations.length).toBeGreaterThan(0);
});

test('the command gives the figures of the contract for each driver', async () => {
  const environment = { runtime, json: true, interactive: false, progress, signal };
  const outcome = await benchFaults.run({ driver: 'huber-mythen', schedules: '2' }, environment);
  const figures = {
    driver: 'huber-mythen',
    wire: 'TCP, two devices',
    schedules: 2,
    faultsFired: expect.any(Object),
    countsMissing: 0,
    liveSMissing: 0,
    doubleExecutions: 0,
    unsafeTicks: 0,
  };
  expect(outcome.result).toMatchObject({ kind: 'faults', n: 2, real: false, ...figures, drivers: [figures] });
  expect(Object.keys(outcome.result['timeToSafeS'] as object)).toEqual(expect.arrayContaining(['p50', 'p99', 'max']));
  expect(outcome.warnings).toEqual([]);
});
