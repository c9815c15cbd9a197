import type { SmcAxes } from './smc-axes.ts';
import { SMC_ERRORS, SmcError } from './smc-errors.ts';

/** What a controller of this kind says of itself, at once to everybody who connects. */
export const VERSION = 'smc 1.2.1093';

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)`;
/** One command with its axis, and what stands behind the colon. */
const COMMAND = /^([a-z]+)(\d+)?(?::(.*))?$/;
const HOME = new RegExp(`^he;h[mr](${NUMBER})?$`);
const STEP = /^step(\d+)([+-])$/;
/** A single step of the motor. */
const STEP_DEG = 0.001;

/** The lines that answer one command, or null where the controller keeps silent, as it does to everything but queries. */
export function answerSmc(axes: SmcAxes, line: string): string[] | null {
  const text = line.trim();
  if (text === '') return null;
  if (text.startsWith('?')) return query(axes, text.slice(1));
  const axis = axisOf(text);
  const known = axis !== null && axes.has(axis) ? axis : (axes.numbers()[0] ?? 1);
  try {
    obey(axes, text);
  } catch (error) {
    if (!(error instanceof SmcError)) throw error;
    axes.remember(known, error.reason);
  }
  return null;
}

function axisOf(text: string): number | null {
  const digits = /^[a-z]+(\d+)/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function obey(axes: SmcAxes, text: string): void {
  const step = STEP.exec(text);
  const [, verb = '', axis, value] = COMMAND.exec(text) ?? [];
  const act = step ? STEPS : named(ACTS, verb);
  if (!act) throw new SmcError('unknownCommand');
  act(axes, step?.[1] ?? axis, step?.[2] ?? value);
}

type Act = (axes: SmcAxes, axis: string | undefined, value: string | undefined) => void;

const STEPS: Act = (axes, axis, sign) => {
  const n = one(axes, axis);
  axes.goTo(n, axes.steppedDeg(n) + (sign === '+' ? STEP_DEG : -STEP_DEG));
};

const ACTS: Readonly<Record<string, Act>> = {
  goto: (axes, axis, value) => axes.goTo(one(axes, axis), number(value)),
  move: (axes, axis, value) => axes.goTo(one(axes, axis), axes.steppedDeg(one(axes, axis)) + number(value)),
  home: (axes, axis, value) => {
    const to = HOME.exec(value ?? '');
    if (!to || Number(to[1] ?? 0) !== 0) throw new SmcError('invalidArgument');
    axes.home(one(axes, axis));
  },
  zero: (axes, axis) => axes.setPosition(one(axes, axis), 0),
  pos: (axes, axis, value) => axes.setPosition(one(axes, axis), number(value)),
  quit: (axes) => axes.halt(null),
  q: (axes, axis) => axes.halt(one(axes, axis)),
  ffast: (axes, axis, value) => axes.setSpeed(one(axes, axis), number(value)),
  edev: (axes, axis, value) => axes.setDeviation(one(axes, axis), number(value)),
  cerr: (axes, axis) => {
    for (const each of axis === undefined ? axes.numbers() : [one(axes, axis)]) axes.clear(each);
  },
  ...Object.fromEntries(['edir', 'acc', 'txdel', 'update', 'reset'].map((verb) => [verb, () => {}])), // without effect here
};

function query(axes: SmcAxes, text: string): string[] | null {
  if (text === '') return [VERSION, 'control IC: simulated', `available axes: ${axes.numbers().length}`, 'simulator: true'];
  if (text === 'v') return [VERSION];
  const [, name = '', digits] = /^([a-z]+)(\d+)?$/.exec(text) ?? [];
  const asked = digits === undefined ? axes.numbers() : [Number(digits)];
  if (!asked.every((axis) => axes.has(axis))) return null;
  const short = named(SHORT, name);
  if (short) return [asked.map((axis) => `${axis}:${short(axes, axis)};`).join('')];
  if (name === 'err') return asked.map((axis) => `${axis}:${errorText(axes, axis)}`);
  if (name === 'status') return [...asked.map((axis) => status(axes, axis)), ...(digits === undefined ? [''] : [])];
  if (name === 'conf') return asked.flatMap((axis, i) => [...(i > 0 ? [''] : []), ...configuration(axes, axis)]);
  const parameter = named(PARAMETERS, name);
  return parameter ? asked.map((axis) => `${name}${axis}:${parameter(axes, axis)}`) : null;
}

type Told = (axes: SmcAxes, axis: number) => string | number;

const SHORT: Readonly<Record<string, Told>> = {
  p: (axes, axis) => angle(axes.steppedDeg(axis)),
  e: (axes, axis) => angle(axes.encoderDeg(axis)),
  ec: (axes, axis) => axes.encoderCount(axis),
  s: (axes, axis) => axes.state(axis),
};

const PARAMETERS: Readonly<Record<string, Told>> = {
  alias: (_axes, axis) => (axis === 1 ? '01~rot (two theta)' : '02~rot (theta)'),
  type: () => 0,
  unit: () => 'deg',
  ffast: (axes, axis) => axes.speed(axis),
  gnum: () => 10_000,
  edev: (axes, axis) => axes.deviationDeg(axis),
  edir: () => 0,
};

function configuration(axes: SmcAxes, axis: number): string[] {
  return [
    `# configuration settings of axis ${axis}`,
    ...Object.entries(PARAMETERS).map(([name, told]) => `${name}${axis}:${told(axes, axis)}`),
  ];
}

/** Axis, error, its text, both positions, limit switch, home, encoder reference, ready, and eight that stay 0 but for the seventh last, moving. */
function status(axes: SmcAxes, axis: number): string {
  const [code, text] = SMC_ERRORS[axes.error(axis)];
  const limit = axes.limit(axis);
  const isMoving = axes.isMoving(axis);
  return [
    axis,
    code,
    text,
    angle(axes.steppedDeg(axis)),
    angle(axes.encoderDeg(axis)),
    limit === 'negative' ? 1 : limit === 'positive' ? 2 : 0,
    axes.isHomed(axis) ? 1 : 0,
    1,
    isMoving ? 0 : 1,
    0,
    0,
    isMoving ? 1 : 0,
    ...[0, 0, 0, 0, 0],
  ].join(':');
}

function errorText(axes: SmcAxes, axis: number): string {
  const [code, text] = SMC_ERRORS[axes.error(axis)];
  return code === 0 ? '0' : `${code} ${text}`;
}

/** At most four decimals, none that are zero at the end. */
function angle(deg: number): string {
  const rounded = Math.round(deg * 10_000) / 10_000;
  return String(rounded === 0 ? 0 : rounded);
}

function named<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function one(axes: SmcAxes, digits: string | undefined): number {
  const axis = Number(digits);
  if (digits === undefined || !axes.has(axis)) throw new SmcError('invalidArgument');
  return axis;
}

function number(text: string | undefined): number {
  if (text === undefined || !new RegExp(`^${NUMBER}$`).test(text.trim())) throw new SmcError('invalidArgument');
  return Number(text);
}
