import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { drivers } from '../../drivers/registry.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import { wallClock } from '../../simulators/wall-runtime.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../src/safety/guard.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

/** The driver behind its guard against the simulated D5000 on a pseudo-terminal, with one fault each. */
const SPEED = 100;
const POINTS = 80;
const runtime = { clock: wallClock, log: silentLog, random: seededRandom(1) };
const open: { instrument: Diffractometer; simulator: RunningSimulator }[] = [];

afterEach(async () => {
  for (const { instrument, simulator } of open.splice(0)) {
    await instrument.close();
    await simulator.close();
  }
});

interface Scene {
  readonly instrument: Diffractometer;
  readonly simulator: RunningSimulator;
  readonly notes: Readonly<Record<string, unknown>>[];
}

async function scene(faults: string): Promise<Scene> {
  const notes: Record<string, unknown>[] = [];
  const simulator = await runSimulator(
    { as: 'daco-mp', seed: 4, phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED },
    { log: silentLog, faultSchedule: faults, journal: (kind, fields) => void notes.push({ kind, ...fields }) },
  );
  const options = {
    path: simulator.address()['path'],
    instrumentId: 'd5000',
    radiation: 'CuKa12',
    limits: { fromDeg: 10, toDeg: 100 },
    clockSpeed: SPEED,
    pollMs: 20,
    replyTimeoutMs: 300,
    writeTimeoutMs: 300,
    quietMs: 50,
    linkGraceMs: 1500,
    safetyValidMs: 2000,
    shutterTimeoutMs: 600,
    moveTimeoutMs: 2500,
    scanStartMs: 1000,
    safeTimeoutMs: 2500,
  };
  const raw = drivers.find(({ id }) => id === 'daco-mp')!.make(options, runtime, { secret: () => undefined, readText: () => '' });
  const rules = { limits: { fromDeg: 10, toDeg: 100 }, maxDwellS: 60, maxScanS: 7200, collisionZones: [] };
  const instrument = guardDiffractometer(raw, rules, runtime);
  open.push({ instrument, simulator });
  await instrument.open(new AbortController().signal);
  return { instrument, simulator, notes };
}

const command: ScanCommand = {
  requestId: 'a',
  attempt: 1,
  sample: { sampleId: 'powder', slot: null },
  range: { fromDeg: 42, toDeg: 42 + 0.02 * (POINTS - 1) },
  stepDeg: 0.02,
  dwellS: 2,
  pointCount: POINTS,
  expectedS: 300,
  notAfterS: 1e9,
  how: { kind: 'step' },
};

async function measure({ instrument }: Scene): Promise<{ outcome: string; points: Map<number, number> }> {
  const points = new Map<number, number>();
  const take = (chunk: ScanChunk) => {
    for (const [i, deg] of chunk.twoThetaDeg.entries()) {
      const point = Math.round((deg - command.range.fromDeg) / command.stepDeg);
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
  return { outcome, points };
}

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

const at = (fault: string, options: Record<string, unknown> = {}, where = `atPoint: ${POINTS / 2}`) =>
  `- { fault: ${fault}, ${where}, options: ${JSON.stringify(options)} }\n`;
const whole = /^whole$/;
const gap = /^whole$/;

/** Fault, schedule, how the scan ends, and how many points must at least be there. */
const cases: [name: string, schedule: string, outcome: RegExp, atLeast: number][] = [
  ['door', at('door-opens'), /^unsafe$/, 1],
  ['generator', at('generator-trip'), /^unsafe$/, 1],
  ['water', at('water-alarm'), /^unsafe$/, 1],
  ['high voltage', at('high-voltage-alarm'), /^unsafe$/, 1],
  ['local control', at('local-control'), /^(deviceFault|unsafe|busy)$/, 1],
  ['second master', at('second-master'), /^(whole|deviceFault|unsafe|busy)$/, 1],
  ['service switch', at('service-switch'), /^(whole|deviceFault|unsafe|busy)$/, 1],
  ['lost reply to MV', at('lost-reply', { to: 'MV' }), gap, POINTS - 16],
  ['late reply to MV', at('late-reply', { to: 'MV', byWallS: 0.5 }), gap, POINTS - 16],
  ['garbled reply to MV', at('garbled-reply', { to: 'MV' }), gap, POINTS - 16],
  ['cut reply to MV', at('garbled-reply', { to: 'MV', how: 'cut' }), gap, POINTS - 16],
  ['repeated reply to MV', at('repeated-reply', { to: 'MV', replies: 5 }), whole, POINTS],
  ['foreign reply to MV', at('foreign-reply', { to: 'MV' }), gap, POINTS - 16],
  ['lost command MV', at('lost-command', { to: 'MV' }), whole, POINTS],
  ['lost replies to ST', at('lost-reply', { to: 'ST', replies: 3 }), whole, POINTS],
  ['garbled replies to ST', at('garbled-reply', { to: 'ST', replies: 3 }), whole, POINTS],
  ['repeated replies to ST', at('repeated-reply', { to: 'ST', replies: 9 }), whole, POINTS],
  ['foreign replies to ST', at('foreign-reply', { to: 'ST', replies: 2 }), whole, POINTS],
  ['lost reply to SS', at('lost-reply', { to: 'SS' }, 'atS: 0'), whole, POINTS],
  ['late reply to SS', at('late-reply', { to: 'SS', byWallS: 0.5 }, 'atS: 0'), whole, POINTS],
  ['lost command SS', at('lost-command', { to: 'SS' }, 'atS: 0'), whole, POINTS],
  ['lost reply to GO', at('lost-reply', { to: 'GO' }, 'atS: 0'), whole, POINTS],
  ['lost command GO', at('lost-command', { to: 'GO' }, 'atS: 0'), whole, POINTS],
  ['lost reply to TW1', at('lost-reply', { to: 'TW1' }, 'atS: 0'), whole, POINTS],
  ['lost command TW1', at('lost-command', { to: 'TW1' }, 'atS: 0'), /^(whole|unsafe)$/, 0],
  ['half-open link', at('half-open-link', { forWallS: 0.8 }), gap, 1],
  ['dead link', at('half-open-link'), /^(link|timeout|unsafe)$/, 1],
  ['unplugged for a moment', at('unplugged-port', { forWallS: 0.5 }), /^(whole|link|timeout)$/, 1],
  ['unplugged for good', at('unplugged-port'), /^(link|timeout|unsafe)$/, 1],
  ['renamed port', at('unplugged-port', { forWallS: 0.3, renamed: true }), /^(whole|link|timeout|unsafe)$/, 1],
  ['XOFF for a moment', at('endless-xoff', { forWallS: 0.2 }), gap, 1],
  ['XOFF for ever', at('endless-xoff'), /^(link|timeout|unsafe)$/, 1],
  ['16 bytes of input', at('short-buffer', {}, 'atS: 0'), whole, POINTS],
  ['early ready', at('early-ready', {}, 'atS: 0'), /^(whole|deviceFault)$/, 0],
  ['off target', at('off-target', {}, 'atS: 0'), /^(whole|deviceFault)$/, 0],
  ['frozen encoder', at('encoder-freeze', {}, 'atS: 0'), /^(whole|deviceFault)$/, 0],
  ['limit switch', at('limit-switch', {}, 'atS: 0'), /^deviceFault$/, 0],
  ['lost initialisation', at('lost-initialisation', {}, 'atS: 0'), /^deviceFault$/, 0],
];

describe('the DACO-MP driver under faults', () => {
  test.each(cases)('%s', async (_, schedule, expected, atLeast) => {
    const here = await scene(schedule);
    const startMs = performance.now();
    const { outcome, points } = await measure(here);
    expect(outcome).toMatch(expected);
    expect(points.size).toBeGreaterThanOrEqual(atLeast);
    // Not one count is invented, doubled or put at another angle.
    for (const [point, count] of points) expect({ point, count }).toEqual({ point, count: reference.get(point) });
    expect(here.notes.filter(({ kind }) => kind === 'execution').length).toBeLessThanOrEqual(1);
    expect(here.notes.filter((note) => note['unsafe'] === true)).toEqual([]);
    if (expected === whole && schedule.includes('short-buffer')) return;
    expect(here.simulator.faultRecords().length).toBeGreaterThan(0);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });
});
