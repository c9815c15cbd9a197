import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { drivers } from '../../drivers/registry.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import { hurriedDaco } from '../../src/app/bench/faults/hurried-instruments.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk } from '../../src/domain/scan.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../src/safety/guard.ts';
import { nothingFromOutside } from '../support/made-drivers.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { patientClock } from '../support/patient-clock.ts';
import { powderScan } from '../support/scan-command.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

/** The driver behind its guard against the simulated D5000 on a pseudo-terminal, with one fault each. */
const SPEED = 200;
const POINTS = 60;
const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };
const folder = mkdtempSync(join(tmpdir(), 'ewald-daco-'));
let scenes = 0;
const open: { instrument: Diffractometer; simulator: RunningSimulator }[] = [];

afterEach(async () => {
  for (const { instrument, simulator } of open.splice(0)) {
    await instrument.close();
    await simulator.close();
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Scene {
  readonly instrument: Diffractometer;
  readonly simulator: RunningSimulator;
  readonly notes: Readonly<Record<string, unknown>>[];
}

async function scene(faults: string, dialect: 'd5000' | 'd8' = 'd5000', more: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
  const notes: Record<string, unknown>[] = [];
  const simulator = await runSimulator(
    { as: 'daco-mp', dialect, link: join(folder, `tty${scenes++}`), seed: 4, phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED },
    { log: silentLog, clock: runtime.clock, faultSchedule: faults, journal: (kind, fields) => void notes.push({ kind, ...fields }) },
  );
  const options = { ...hurriedDaco({ address: simulator.address(), speed: SPEED }), dialect, ...more };
  const raw = drivers.find(({ id }) => id === 'daco-mp')!.make(options, runtime, nothingFromOutside);
  const rules = { limits: { fromDeg: 10, toDeg: 100 }, maxDwellS: 60, maxScanS: 7200, collisionZones: [] };
  const instrument = guardDiffractometer(raw, rules, runtime);
  open.push({ instrument, simulator });
  await instrument.open(new AbortController().signal);
  return { instrument, simulator, notes };
}

const command = powderScan('a', {
  range: { fromDeg: 42, toDeg: 42 + 0.02 * (POINTS - 1) },
  dwellS: 2,
  pointCount: POINTS,
  expectedS: 300,
  how: { kind: 'step' },
});

async function measure({ instrument }: Scene): Promise<{ outcome: string; points: Map<number, number> }> {
  const points = new Map<number, number>();
  const take = (chunk: ScanChunk) => {
    for (const [i, deg] of chunk.twoThetaDeg.entries()) {
      const point = pointOf(deg);
      expect(points.has(point)).toBe(false);
      points.set(point, chunk.counts[i]!);
      expect(chunk.liveS[i]).toBe(command.dwellS);
    }
  };
  const outcome = await new Promise<string>((resolve) => {
    instrument
      .scan(command)
      .subscribe({ next: take, error: (error) => resolve(asEwaldError(error).code), complete: () => resolve('whole') });
  });
  // What the guard no longer listened to is kept for whoever asks, as the loop does.
  const seen = new Set(points.keys());
  for (let tries = 0; outcome !== 'whole' && tries < 100; tries++) {
    const found = await instrument.find(command.requestId, command.attempt).catch(() => null);
    if (found?.kind === 'finished') {
      for (const chunk of found.chunks) if (!seen.has(pointOf(chunk.twoThetaDeg[0]!))) take(chunk);
      break;
    }
    if (found?.kind === 'lost') break;
    await runtime.clock.sleep(100);
  }
  return { outcome, points };
}

const pointOf = (deg: number) => Math.round((deg - command.range.fromDeg) / command.stepDeg);

let reference: Map<number, number>;

beforeAll(async () => {
  const calm = await scene('');
  const { outcome, points } = await measure(calm);
  expect(outcome).toBe('whole');
  expect(points.size).toBe(POINTS);
  reference = points;
  for (const { instrument, simulator } of open.splice(0)) {
    await instrument.close();
    await simulator.close();
  }
});

const at = (fault: string, options: Record<string, unknown> = {}, where = `atPoint: ${(3 * POINTS) / 4}`) =>
  `- { fault: ${fault}, ${where}, options: ${JSON.stringify(options)} }\n`;

const unsafe = { outcome: /^unsafe$/, atLeast: 1 };
/** Whoever sees it first says it: the driver by the abort reason, the guard by data that turn red. */
const stopped = { outcome: /^(deviceFault|unsafe)$/, atLeast: 1 };
const fault = { outcome: /^deviceFault$/, atLeast: 0 };
const whole = { outcome: /^whole$/, atLeast: POINTS };
/** What one answer can hold is lost, and said to be. */
const gap = { outcome: /^whole$/, atLeast: POINTS - 16 };

const cases: [name: string, schedule: string, expected: { readonly outcome: RegExp; readonly atLeast: number }][] = [
  ['door', at('door-opens'), unsafe],
  ['generator', at('generator-trip'), unsafe],
  ['water', at('water-alarm'), unsafe],
  ['high voltage of the detector', at('high-voltage-alarm'), stopped],
  ['local control', at('local-control'), stopped],
  // The scan goes on to its end; that the shutter may no longer be closed by us is what is reported.
  ['second master', at('second-master'), { outcome: /^busy$/, atLeast: POINTS }],
  ['service switch', at('service-switch'), { outcome: /^busy$/, atLeast: POINTS }],
  ['lost reply to MV', at('lost-reply', { to: 'MV' }), gap],
  ['late reply to MV', at('late-reply', { to: 'MV', byWallS: 0.5 }), gap],
  ['garbled reply to MV', at('garbled-reply', { to: 'MV' }), gap],
  ['cut reply to MV', at('garbled-reply', { to: 'MV', how: 'cut' }), gap],
  ['repeated reply to MV', at('repeated-reply', { to: 'MV', replies: 5 }), whole],
  ['foreign reply to MV', at('foreign-reply', { to: 'MV' }), gap],
  ['reordered reply to MV', at('reordered-reply', { to: 'MV' }), gap],
  ['reordered reply to ST', at('reordered-reply', { to: 'ST' }), whole],
  ['lost command MV', at('lost-command', { to: 'MV' }), whole],
  ['lost replies to ST', at('lost-reply', { to: 'ST', replies: 3 }), whole],
  ['garbled replies to ST, one byte of which is an XOFF', at('garbled-reply', { to: 'ST', replies: 3 }), whole],
  ['repeated replies to ST', at('repeated-reply', { to: 'ST', replies: 9 }), whole],
  ['foreign replies to ST', at('foreign-reply', { to: 'ST', replies: 2 }), whole],
  ['lost reply to SS', at('lost-reply', { to: 'SS' }, 'atS: 0'), whole],
  ['late reply to SS', at('late-reply', { to: 'SS', byWallS: 0.5 }, 'atS: 0'), whole],
  ['lost command SS', at('lost-command', { to: 'SS' }, 'atS: 0'), whole],
  ['lost reply to GO', at('lost-reply', { to: 'GO' }, 'atS: 0'), whole],
  ['lost command GO', at('lost-command', { to: 'GO' }, 'atS: 0'), whole],
  ['lost reply to TW1', at('lost-reply', { to: 'TW1' }, 'atS: 0'), whole],
  ['lost command TW1', at('lost-command', { to: 'TW1' }, 'atS: 0'), whole],
  ['half-open link', at('half-open-link', { forWallS: 0.8 }), whole],
  ['dead link', at('half-open-link'), unsafe],
  ['unplugged for a moment', at('unplugged-port', { forWallS: 0.5 }), whole],
  ['unplugged for good', at('unplugged-port'), unsafe],
  ['renamed port', at('unplugged-port', { forWallS: 0.3, renamed: true }), unsafe],
  ['XOFF for a moment', at('endless-xoff', { forWallS: 0.2 }), whole],
  ['XOFF for ever', at('endless-xoff'), unsafe],
  ['early ready', at('early-ready', {}, 'atS: 0'), whole],
  ['off target', at('off-target', {}, 'atS: 0'), fault],
  ['frozen encoder', at('encoder-freeze', {}, 'atS: 0'), fault],
  ['limit switch', at('limit-switch', {}, 'atS: 0'), fault],
  ['lost initialisation', at('lost-initialisation', {}, 'atS: 0'), fault],
];

describe('the DACO-MP driver under faults', () => {
  test.each(cases)('%s', async (_, schedule, expected) => {
    const here = await scene(schedule);
    const startMs = runtime.clock.monotonicMs();
    const { outcome, points } = await measure(here);
    expect(outcome).toMatch(expected.outcome);
    expect(points.size).toBeGreaterThanOrEqual(expected.atLeast);
    expectTrue(points);
    expect(here.notes.filter(({ kind }) => kind === 'execution').length).toBeLessThanOrEqual(1);
    expect(here.notes.filter((note) => note['unsafe'] === true)).toEqual([]);
    proveFaults(here.simulator);
    expect(runtime.clock.monotonicMs() - startMs).toBeLessThan(20_000);
    if (expected !== gap) return;
    expect(points.size).toBeLessThan(POINTS);
    const found = await here.instrument.find(command.requestId, command.attempt);
    const reason = `${POINTS - points.size} values were lost inside a read`;
    expect(found).toMatchObject({ kind: 'finished', report: { completeness: 'cut-short', reason } });
  });

  test('the D8 dialect, without a fault', async () => {
    const { outcome, points } = await measure(await scene('', 'd8'));
    expect({ outcome, points }).toEqual({ outcome: 'whole', points: reference });
  });

  test('an input buffer of 16 bytes: longer commands are sent in pieces, and one that is lost all the same is settled', async () => {
    const here = await scene(at('short-buffer', {}, 'atS: 0'));
    const { outcome, points } = await measure(here);
    expect({ outcome, points: points.size }).toEqual({ outcome: 'whole', points: POINTS });
    expectTrue(points);
  });

  test('an input buffer of 16 bytes and a driver that sends more in one go: no scan is made, and it says so', async () => {
    const here = await scene(at('short-buffer', {}, 'atS: 0'), 'd5000', { pieceBytes: 64 });
    const { outcome, points } = await measure(here);
    expect({ outcome, points: points.size }).toEqual({ outcome: 'timeout', points: 0 });
    expect(here.notes.filter(({ kind }) => kind === 'execution')).toEqual([]);
    expect(here.notes.filter((note) => note['unsafe'] === true)).toEqual([]);
    proveFaults(here.simulator);
  });
});

/** Not one count is invented, doubled or put at another angle. */
function expectTrue(points: ReadonlyMap<number, number>): void {
  for (const [point, count] of points) expect({ point, count }).toEqual({ point, count: reference.get(point) });
}
