import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { badInput } from '../src/domain/errors.ts';
import { checkOptions, parsePhases, type SimulatorOptions } from './options.ts';
import { PHYSICS_HELP, PHYSICS_TEXTS } from './physics-options.ts';

const text = { type: 'string' } as const;
const FLAGS = {
  as: text,
  seed: text,
  speed: text,
  broker: text,
  host: text,
  port: text,
  username: text,
  'tls-cert': text,
  'tls-key': text,
  link: text,
  dialect: text,
  'min-dwell': text,
  initialised: text,
  folder: text,
  programs: text,
  slot: text,
  'detector-port': text,
  modules: text,
  'radius-mm': text,
  root: text,
  detector: text,
  space: text,
  sample: text,
  phases: text,
  'strain-max': text,
  'unknown-peak-share': text,
  'peak-cps': text,
  replay: text,
  'replay-slow': text,
  thin: text,
  radiation: text,
  instrument: text,
  truth: text,
  faults: text,
  journal: text,
  junit: text,
  'truth-stream': text,
  log: text,
  ...Object.fromEntries(Object.keys(PHYSICS_HELP).map((flag) => [flag, text])),
} as const;

const NUMBERS = new Set([
  'seed',
  'min-dwell',
  'slot',
  'detector-port',
  'modules',
  'radius-mm',
  'strain-max',
  'unknown-peak-share',
  'peak-cps',
  'thin',
  ...Object.keys(PHYSICS_HELP).filter((flag) => !PHYSICS_TEXTS.has(flag)),
]);

/** The options of a command line; the broker's password comes from the environment. Fails with 'badInput' in one sentence. */
export function parseCommandLine(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): SimulatorOptions {
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }));
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw badInput('options', message, `the options are: ${Object.keys(FLAGS).join(', ')}`);
  }
  const input: Record<string, unknown> = {};
  for (const [flag, value] of Object.entries(values)) {
    if (typeof value !== 'string') continue;
    // A sample is a file to replay or a list of phases, whichever there is.
    const name = flag === 'sample' ? (existsSync(value) ? 'replay' : 'phases') : flag;
    input[camelCase(name)] = convert(name, value);
  }
  if (environment['EWALD_MQTT_PASSWORD']) input['password'] = environment['EWALD_MQTT_PASSWORD'];
  return checkOptions(input);
}

function convert(flag: string, value: string): unknown {
  if (flag === 'phases') return parsePhases(value);
  if (flag === 'speed' && value === 'max') return value;
  if (flag === 'port') return /^\d+$/.test(value) ? Number(value) : value;
  if (!NUMBERS.has(flag) && flag !== 'speed') return value;
  if (value.trim() === '' || !Number.isFinite(Number(value)))
    throw badInput(flag, `--${flag} '${value}' is not a number`, `give --${flag} a number`);
  return Number(value);
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
