import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../diffraction/seeded-random.ts';
import { badInput } from '../domain/errors.ts';
import { openRunStore } from '../store/sqlite-run-store.ts';
import { writtenSchedule } from './bench/faults/draw-schedule.ts';
import { sceneOf } from './bench/faults/scenes.ts';
import type { FaultTally } from './bench/faults/tally.ts';
import { type TryPlan, tryDriver } from './bench/faults/try-driver.ts';
import { type Bench, benchResult } from './bench-command.ts';
import { readText } from './compose.ts';
import { wholeNumber } from './option-values.ts';
import { textTable } from './text-table.ts';

/** Every driver before the simulated instrument of its wire, under faults drawn at random: nothing may be lost, done twice or left open. */
export const benchFaults: Bench = {
  kind: 'faults',
  description: 'run every driver under random schedules of faults and look for lost counts, double scans and an unsafe beam',
  addOptions: (program) =>
    void program
      .option('--driver <id>', `one of ${Object.keys(sceneOf).join(', ')}, or all`, 'all')
      .option('--schedules <n>', 'schedules for each driver, each with one to three faults', '50')
      .option('--seed <n>', 'of the schedules', '1')
      .option('--only <names>', 'run these schedules again, as a violation names them: 17.0,23.2')
      .option('--faults <file>', 'run this schedule, YAML as `ewald simulate --faults` takes it')
      .option('--parallel <n>', 'scenes that run side by side', '8'),
  async run(options, environment) {
    const names = driversOf(options['driver'] ?? 'all');
    const seed = wholeNumber('--seed', options['seed'] ?? '1', 0);
    const only = options['only'];
    const n = wholeNumber('--schedules', options['schedules'] ?? '50', 1);
    const written = options['faults'];
    const schedules =
      written !== undefined
        ? [writtenSchedule('written', readText(written))]
        : only === undefined
          ? Array.from({ length: n }, (_, i) => i + 1)
          : only.split(',').map(scheduleName);
    const parallel = wholeNumber('--parallel', options['parallel'] ?? '8', 1);
    const folder = mkdtempSync(join(tmpdir(), 'ewald-bench-faults-'));
    const store = openRunStore(folder);
    const { signal, progress } = environment;
    const runtime = { ...environment.runtime, random: seededRandom(seed) };
    try {
      const drivers: FaultTally[] = [];
      for (const as of names) drivers.push(await tryDriver({ as, schedules, parallel }, { store, runtime, signal, progress }));
      const violations = drivers.flatMap((driver) => driver.violations);
      const own = drivers.length === 1 ? { ...drivers[0]!, drivers } : { drivers };
      return {
        result: benchResult(
          'faults',
          drivers.reduce((sum, driver) => sum + driver.schedules, 0),
          own,
        ),
        text: textOf(drivers),
        seed,
        simulated: true,
        warnings: violations.length > 0 ? [{ code: 'violated', message: `${violations.length} rules were broken` }] : [],
      };
    } finally {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function driversOf(wanted: string): string[] {
  const known = Object.keys(sceneOf);
  if (wanted === 'all') return known;
  if (known.includes(wanted)) return [wanted];
  throw badInput('--driver', `there is no driver '${wanted}' to be tried`, `choose one of: ${known.join(', ')}, all`);
}

function scheduleName(text: string): TryPlan['schedules'][number] {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) throw badInput('--only', `'${text}' is no name of a schedule`, 'write names as a violation gives them: 17.0,23.2');
  return match[2] === undefined ? Number(match[1]) : { seed: Number(match[1]), redraw: Number(match[2]) };
}

function textOf(drivers: readonly FaultTally[]): string {
  const figure = (value: number | null, digits = 0): string => (value === null ? '-' : value.toFixed(digits));
  const rows = drivers.map((one) => [
    one.driver,
    ...[one.schedules, one.countsMissing].map((value) => figure(value)),
    figure(one.liveSMissing, 1),
    ...[one.doubleExecutions, one.unsafeTicks, one.wrongPoints, one.hung].map((value) => figure(value)),
    ...[one.timeToSafeS.p50, one.timeToSafeS.p99, one.timeToSafeS.max].map((value) => figure(value, 3)),
    ...[one.runs, one.notFired, one.completed, one.neverSafe, one.beamLeftOn, one.declaredLost.counts].map((value) => figure(value)),
  ]);
  const headings = ['driver', 'schedules', 'counts missing', 'live s missing', 'double', 'unsafe', 'wrong points', 'hung'];
  const more = ['to safe s p50', 'p99', 'max', 'runs', 'not fired', 'completed', 'never safe', 'beam left on', 'declared lost'];
  const fired = drivers.map(({ driver, faultsFired }) => {
    const list = Object.entries(faultsFired).map(([fault, count]) => `${fault} ${count}`);
    return `${driver}: ${list.join(', ') || 'no fault took effect'}`;
  });
  const broken = drivers.flatMap(({ driver, violations }) =>
    violations.map(({ schedule, what, yaml }) => `${driver}, schedule ${schedule}: ${what}\n${yaml}`),
  );
  return [textTable([...headings, ...more], rows), ...fired, ...broken].join('\n');
}
