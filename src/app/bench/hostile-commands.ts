import type { ScanCommand } from '../../domain/scan.ts';
import type { Capabilities } from '../../ports/diffractometer.ts';
import type { RandomSource } from '../../ports/runtime.ts';
import type { SafetyRules } from '../../safety/scan-rules.ts';
import { FREE_INSTRUMENT } from './free-instrument.ts';

/** The instrument and the rules against which the commands are hostile. */
export const CAPABILITIES: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.005, max: 0.1, rasterDeg: 0.001 },
  dwellS: { min: 0.01, max: 100 },
  minWindowDeg: 0.1,
  cost: { apertureDeg: 0, perScanS: 5, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['continuous', 'step'],
};
export const RULES: SafetyRules = {
  limits: { fromDeg: 10, toDeg: 90 },
  maxDwellS: 10,
  maxScanS: 3600,
  collisionZones: [{ fromDeg: 60, toDeg: 61 }],
  maxBeamS: 7200,
};
export const CLOCK_S = 100;

/** A command that everything allows: a random window below the collision zone. */
export function legalCommand(random: RandomSource): ScanCommand {
  const stepDeg = (5 + random.integer(95)) / 1000;
  const pointCount = 2 + random.integer(300);
  const fromDeg = 10 + random.integer(15_000) / 1000;
  const dwellS = 0.01 + random.uniform();
  return {
    requestId: `run-1-c1-${1 + random.integer(1000)}`,
    attempt: 1 + random.integer(3),
    sample: { sampleId: 's1', slot: null },
    range: { fromDeg, toDeg: fromDeg + (pointCount - 1) * stepDeg },
    stepDeg,
    dwellS,
    pointCount,
    expectedS: 5 + pointCount * dwellS,
    notAfterS: CLOCK_S + 120,
    how: { kind: random.integer(2) === 0 ? 'step' : 'continuous' },
  };
}

type Spoiler = (command: ScanCommand, random: RandomSource) => unknown;

const NO_NUMBERS: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  null,
  undefined,
  '20',
  '',
  true,
  [],
  [20],
  {},
  { valueOf: () => 20 },
  20n,
  new Date(20),
];
const NO_OBJECTS: readonly unknown[] = [null, undefined, 0, 'range', true, [], {}];
const NO_NAMES: readonly unknown[] = [
  '',
  ' ',
  'a/b',
  '+',
  '#',
  '../x',
  'a b',
  'é',
  '-a',
  '.',
  'a\u0000',
  'x'.repeat(129),
  7,
  null,
  ['run-1'],
  {},
];

/** At least `least`, often hugely more. */
function above(least: number, random: RandomSource): number {
  return [least, least * (1 + random.uniform()), least + 10 ** (30 * random.uniform()), Number.MAX_VALUE][random.integer(4)]!;
}

/** At most `most` (not negative), often 0 or hugely negative. */
function below(most: number, random: RandomSource): number {
  return [most, most * random.uniform(), 0, -(10 ** (30 * random.uniform() - 3)), -Number.MAX_VALUE][random.integer(5)]!;
}

function pick<T>(items: readonly T[], random: RandomSource): T {
  return items[random.integer(items.length)]!;
}

const inRange = (command: ScanCommand, changes: Partial<Record<'fromDeg' | 'toDeg', unknown>>) => ({
  ...command,
  range: { ...(command.range ?? {}), ...changes },
});

/** A window whose parts agree with each other. */
function windowAt(command: ScanCommand, fromDeg: number, stepDeg: number, pointCount: number): ScanCommand {
  return { ...command, range: { fromDeg, toDeg: fromDeg + (pointCount - 1) * stepDeg }, stepDeg, pointCount };
}

/** Each makes any command one that must be refused, whatever the others have done to it before. */
export const SPOILERS: Readonly<Record<string, Spoiler>> = {
  notANumber: (command, random) => {
    const field = pick(['stepDeg', 'dwellS', 'pointCount', 'expectedS', 'notAfterS', 'attempt', 'fromDeg', 'toDeg'] as const, random);
    const value = pick(NO_NUMBERS, random);
    return field === 'fromDeg' || field === 'toDeg' ? inRange(command, { [field]: value }) : { ...command, [field]: value };
  },
  notAnObject: (command, random) => ({ ...command, [pick(['range', 'sample', 'how'] as const, random)]: pick(NO_OBJECTS, random) }),
  noCommand: (_command, random) => pick([null, undefined, 0, 'scan', [], {}, () => 20, new Proxy({}, {}), Symbol('scan')], random),
  missing: (command, random) => {
    const left: Record<string, unknown> = { ...command };
    delete left[pick(Object.keys(left), random)];
    return left;
  },
  name: (command, random) => ({ ...command, requestId: pick(NO_NAMES, random) }),
  sample: (command, random) => ({
    ...command,
    sample: pick(
      [
        { sampleId: '', slot: null },
        { sampleId: 7, slot: null },
        { sampleId: 's1', slot: 2 },
      ],
      random,
    ),
  }),
  belowLimit: (command, random) => inRange(command, { fromDeg: below(9.999, random) }),
  aboveLimit: (command, random) => inRange(command, { toDeg: above(90.001, random) }),
  outside: (command, random) => windowAt(command, pick([5, 9.9, 89, 91, 119], random), 0.02, 101),
  backwards: (command) => inRange(command, { fromDeg: 30, toDeg: 20 }),
  zone: (command, random) => windowAt(command, 59 + random.integer(2000) / 1000, 0.02, 101),
  coarse: (command, random) => ({ ...command, stepDeg: above(0.1001, random) }),
  fine: (command, random) => ({ ...command, stepDeg: below(0.0049, random) }),
  longDwell: (command, random) => ({ ...command, dwellS: above(10.001, random) }),
  shortDwell: (command, random) => ({ ...command, dwellS: below(0.0099, random) }),
  longScan: (command, random) => ({ ...command, expectedS: above(3600.1, random) }),
  negativeTime: (command, random) => ({ ...command, expectedS: -above(1e-6, random) }),
  // Each part is allowed, and the whole takes too long, whatever is said of it.
  longInTruth: (command, random) => ({
    ...windowAt(command, 12, 0.005, 4000 + random.integer(4000)),
    dwellS: 1 + 9 * random.uniform(),
    expectedS: 1,
  }),
  manyPoints: (command, random) => ({ ...command, pointCount: Math.floor(above(16_002, random)) }),
  noPoints: (command, random) => ({ ...command, pointCount: Math.ceil(below(0, random)) }),
  halfPoints: (command, random) => ({ ...command, pointCount: 5 + 0.01 + 0.98 * random.uniform() }),
  otherPoints: (command, random) => {
    const { range, stepDeg } = command;
    const right = Math.round((Number(range?.toDeg) - Number(range?.fromDeg)) / Number(stepDeg)) + 1;
    return { ...command, pointCount: right + pick([-100, -1, 1, 2, 1000], random) };
  },
  attempt: (command, random) => ({ ...command, attempt: pick([0, -1, 1.5, -above(1, random), 2 ** 53], random) }),
  mode: (command, random) => ({
    ...command,
    how: pick([{ kind: 'snapshot' }, { kind: 'program', name: 'fast' }, { kind: 'program' }, { kind: 'off' }], random),
  }),
  late: (command, random) => ({ ...command, notAfterS: CLOCK_S - above(0.001, random) }),
};

/** One to three spoilers on a legal command. */
export function hostileCommand(random: RandomSource): { readonly command: unknown; readonly how: readonly string[] } {
  const names = Object.keys(SPOILERS);
  let command: unknown = legalCommand(random);
  const how: string[] = [];
  for (let times = 1 + random.integer(3); times > 0; times--) {
    const name = pick(names, random);
    // What is no object any more cannot be spoiled further.
    if (typeof command !== 'object' || command === null) break;
    command = SPOILERS[name]!(command as ScanCommand, random);
    how.push(name);
  }
  return { command, how };
}
