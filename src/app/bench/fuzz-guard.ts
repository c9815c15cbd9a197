import { NEVER, Observable } from 'rxjs';
import { seededRandom } from '../../diffraction/seeded-random.ts';
import type { ScanCommand } from '../../domain/scan.ts';
import type { Diffractometer, FoundScan, InstrumentAlert, SafetyState } from '../../ports/diffractometer.ts';
import type { RandomSource, Runtime } from '../../ports/runtime.ts';
import { guardDiffractometer } from '../../safety/guard.ts';
import { benchResult } from '../bench-command.ts';
import type { Environment, Outcome } from '../command.ts';
import { textTable } from '../text-table.ts';
import { CAPABILITIES, CLOCK_S, hostileCommand, legalCommand, RULES, SPOILERS } from './hostile-commands.ts';

const NOW_MS = 1000;
const GREEN: SafetyState = {
  interlockClosed: true,
  doorsClosed: true,
  emergencyStop: false,
  generatorOn: true,
  shutter: 'closed',
  validUntilMs: NOW_MS + 3000,
};

/** What stands against a legal command: safety data, alarms, or the dose that the sample has had. */
interface Situation {
  readonly safety: SafetyState | null;
  /** Up when the guard is opened, and after. */
  readonly standing: readonly InstrumentAlert[];
  readonly later: readonly InstrumentAlert[];
  readonly beamS: number;
}

const ALL_WELL: Situation = { safety: GREEN, standing: [], later: [], beamS: 0 };

const alert = (kind: InstrumentAlert['kind'], active: boolean): InstrumentAlert => ({ kind, message: `${kind} it is`, active });

/** Each forbids every scan. */
export const SITUATIONS: Readonly<Record<string, (random: RandomSource) => Situation>> = {
  noSafetyData: () => ({ ...ALL_WELL, safety: null }),
  stale: (random) => ({
    ...ALL_WELL,
    safety: { ...GREEN, validUntilMs: [NOW_MS, NOW_MS - 1e6 * random.uniform(), Number.NaN, -Infinity][random.integer(4)]! },
  }),
  interlockOpen: () => ({ ...ALL_WELL, safety: { ...GREEN, interlockClosed: false } }),
  doorOpen: () => ({ ...ALL_WELL, safety: { ...GREEN, doorsClosed: false } }),
  emergencyStop: () => ({ ...ALL_WELL, safety: { ...GREEN, emergencyStop: true } }),
  generatorOff: () => ({ ...ALL_WELL, safety: { ...GREEN, generatorOn: false } }),
  shutterUnknown: () => ({ ...ALL_WELL, safety: { ...GREEN, shutter: 'unknown' } }),
  alarmStands: (random) => ({ ...ALL_WELL, standing: [alert(oneOf(['interlock', 'shutter', 'generator', 'localControl'], random), true)] }),
  // The alarm has gone again, and nobody has looked.
  latched: (random) => {
    const kind = oneOf(['interlock', 'shutter', 'generator'] as const, random);
    return { ...ALL_WELL, later: [alert(kind, true), alert(kind, false)] };
  },
  dose: (random) => ({ ...ALL_WELL, beamS: 7195.1 + 1e6 * random.uniform() }),
};

export interface GuardCase {
  readonly command: unknown;
  readonly how: readonly string[];
  readonly reachedTheDriver: boolean;
  readonly answer: string;
}

/** One case, a pure function of seed and number: a hostile command, a legal one that the situation forbids, or both. */
export function guardCase(seed: number, index: number): Promise<GuardCase> {
  const random = seededRandom(`guard.${seed}.${index}`);
  const draw = random.uniform();
  const isHostile = draw < 0.85;
  const { command, how } = isHostile ? hostileCommand(random) : { command: legalCommand(random), how: [] };
  const name = draw > 0.75 ? oneOf(Object.keys(SITUATIONS), random) : null;
  return tryOn(command, name === null ? ALL_WELL : SITUATIONS[name]!(random), name === null ? how : [...how, name]);
}

/** A legal command where all is well: it must get through, or the refusals say nothing. */
export function legalCase(seed: number, index: number): Promise<GuardCase> {
  return tryOn(legalCommand(seededRandom(`legal.${seed}.${index}`)), ALL_WELL, []);
}

async function tryOn(command: unknown, { safety, standing, later, beamS }: Situation, how: readonly string[]): Promise<GuardCase> {
  let reached = false;
  let warn: (one: InstrumentAlert) => void = () => {};
  const raw: Partial<Diffractometer> = {
    open: async () => CAPABILITIES,
    identity: (async () => ({ clockS: CLOCK_S, clockSpeed: 1 })) as unknown as Diffractometer['identity'],
    // A stream that stays open, as a driver's does.
    safety: () => new Observable((subscriber) => void (safety && subscriber.next(safety))),
    alerts: () =>
      new Observable((subscriber) => {
        for (const one of standing) subscriber.next(one);
        warn = (one) => subscriber.next(one);
      }),
    find: async (): Promise<FoundScan> => ({ kind: 'lost' }),
    makeSafe: async () => {},
    scan: () => {
      reached = true;
      return NEVER;
    },
  };
  const earlier = beamS > 0 ? [{ scanId: 'run-0.1', sampleId: 's1', beamS }] : [];
  const guard = guardDiffractometer(raw as Diffractometer, RULES, STANDING_RUNTIME, earlier);
  await guard.open(new AbortController().signal);
  for (const one of later) warn(one);
  const answer = await new Promise<string>((resolve) => {
    const refused = (error: unknown): void => resolve(String((error as { code?: unknown }).code ?? error));
    const watching = guard.scan(command as ScanCommand).subscribe({ error: refused });
    // A macrotask comes after everything that the guard could still do.
    setImmediate(() => {
      watching.unsubscribe();
      resolve('admitted');
    });
  });
  return { command, how, reachedTheDriver: reached, answer };
}

const STANDING_RUNTIME: Runtime = {
  clock: { nowMs: () => 0, monotonicMs: () => NOW_MS, sleep: () => new Promise(() => {}) },
  random: seededRandom('unused'),
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
};

const CONTROL_EVERY = 1000;
/** More findings than these are more of the same, and are only counted. */
const MOST_FINDINGS = 50;

/** `ewald bench fuzz --guard`: hostile commands and forbidding situations against the guard; none may reach the driver. */
export async function fuzzGuard(cases: number, seed: number, environment: Environment): Promise<Outcome> {
  const byWay = new Map([...Object.keys(SPOILERS), ...Object.keys(SITUATIONS)].map((way) => [way, 0]));
  const answers = new Map<string, number>();
  const findings: { readonly case: number; readonly how: string; readonly message: string }[] = [];
  let [reached, unrefused, legal, legalPassed] = [0, 0, 0, 0];
  for (let index = 0; index < cases; index++) {
    const { how, reachedTheDriver, answer } = await guardCase(seed, index);
    for (const way of how) byWay.set(way, (byWay.get(way) ?? 0) + 1);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    if (reachedTheDriver) reached += 1;
    const isClear = answer === 'refused' || answer === 'unsafe';
    if (reachedTheDriver || !isClear) unrefused += 1;
    if ((reachedTheDriver || !isClear) && findings.length < MOST_FINDINGS) {
      findings.push({
        case: index,
        how: how.join(' + '),
        message: reachedTheDriver ? 'it reached the driver' : `it was answered '${answer}'`,
      });
    }
    if (index % CONTROL_EVERY === 0) {
      legal += 1;
      if ((await legalCase(seed, index)).reachedTheDriver) legalPassed += 1;
      environment.signal.throwIfAborted();
      if (environment.interactive) environment.progress(`${index} of ${cases} hostile commands`);
    }
  }
  const text = [
    textTable(
      ['what stands against it', 'cases'],
      [...byWay].map(([way, n]) => [way, String(n)]),
    ),
    ...findings.slice(0, 20).map((finding) => `case ${finding.case}, ${finding.how}: ${finding.message}`),
    `${cases} hostile commands, ${reached} reached the driver; of ${legal} legal ones ${legalPassed} did`,
  ].join('\n');
  const result = {
    what: 'guard',
    reached,
    unrefused,
    legal,
    legalPassed,
    answers: Object.fromEntries(answers),
    byWay: Object.fromEntries(byWay),
    findings,
  };
  const isWell = unrefused === 0 && legalPassed === legal;
  return {
    result: benchResult('fuzz', cases, result),
    text,
    seed,
    warnings: isWell
      ? []
      : [{ code: 'findings', message: `${unrefused} hostile commands were not refused, ${legal - legalPassed} legal ones were` }],
  };
}

function oneOf<T>(items: readonly T[], random: RandomSource): T {
  return items[random.integer(items.length)]!;
}
