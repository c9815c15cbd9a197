import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sceneOf } from '../../src/app/bench/faults/scenes.ts';
import { tryDriver } from '../../src/app/bench/faults/try-driver.ts';
import { wallClock } from '../../src/app/runtime.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import { openRunStore } from '../../src/store/sqlite-run-store.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

/** `ewald bench faults` in small: every driver through loop and guard under schedules of faults drawn at random. EWALD_SCHEDULES asks for more. */
const SCHEDULES = Number(process.env['EWALD_SCHEDULES'] ?? 10);
const runtime = { clock: wallClock, log: silentLog, random: seededRandom(7) };
let folder: string;
let store: RunStore;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-random-faults-'));
  store = openRunStore(folder);
});

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(Object.keys(sceneOf))(
  '%s: nothing is lost, measured twice or left open under faults',
  async (as) => {
    const schedules = Array.from({ length: SCHEDULES }, (_, seed) => seed);
    const tally = await tryDriver(
      { as, schedules, parallel: 10 },
      { store, runtime, signal: new AbortController().signal, progress: () => undefined },
    );
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
  },
  60_000 + 6000 * SCHEDULES,
);
