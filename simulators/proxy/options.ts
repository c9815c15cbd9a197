import { parseArgs } from 'node:util';
import { z } from 'zod';
import { badInput } from '../../src/domain/errors.ts';

const file = z.string().min(1).nullable().default(null);

/** What a side of the wire is told by. */
const nearShape = {
  /** TCP port to listen on; 0 takes any. */
  listen: z.int().min(0).max(65535).nullable().default(null),
  host: z.string().min(1).default('127.0.0.1'),
  /** Name of a pseudo-terminal to make. */
  link: file,
  /** XON and XOFF of a serial line steer it; otherwise they are bytes like others. */
  xonxoff: z.enum(['yes', 'no']).default('yes'),
};

export const proxyOptionsSchema = z.strictObject({
  ...nearShape,
  /** host:port, or the path of a serial port. */
  to: z.string().regex(/^(\[[^\]]+\]:\d+|[^/\s:]+:\d+|\/.+|\..+|COM\d+)$/, 'is neither host:port nor the path of a serial port'),
  baud: z.int().positive().default(19200),
  framing: z
    .string()
    .regex(/^[78][NEO][12]$/, 'is not like 8N1')
    .default('8N1'),
  faults: file,
  seed: z.int().nonnegative().default(1),
  ledger: file,
  junit: file,
  record: file,
});

export const playerOptionsSchema = z.strictObject({
  ...nearShape,
  /** The recording. */
  file: z.string().min(1),
  /** Recorded pauses are so many times shorter; 'max' leaves them out. */
  speed: z.union([z.literal('max'), z.number().positive()]).default(1),
});

export type ProxyOptions = z.infer<typeof proxyOptionsSchema>;
export type ProxyOptionsInput = z.input<typeof proxyOptionsSchema>;
export type PlayerOptions = z.infer<typeof playerOptionsSchema>;
export type PlayerOptionsInput = z.input<typeof playerOptionsSchema>;
export type NearOptions = Pick<ProxyOptions, keyof typeof nearShape>;

const REMEDY = 'see docs/fault-proxy.md for the options';
const NUMBERS = new Set(['listen', 'baud', 'seed', 'speed']);

/** Fails with 'badInput' naming the first wrong option. */
export function checkProxyOptions(input: unknown): ProxyOptions {
  return check(proxyOptionsSchema, input);
}

/** Fails with 'badInput' naming the first wrong option. */
export function checkPlayerOptions(input: unknown): PlayerOptions {
  return check(playerOptionsSchema, input);
}

/** The options of a command line. Fails with 'badInput' in one sentence. */
export function parseProxyLine(args: readonly string[]): ProxyOptions {
  const { values } = parse(args, Object.keys(proxyOptionsSchema.shape), false);
  return checkProxyOptions(values);
}

/** The recording and the options of a command line. Fails with 'badInput' in one sentence. */
export function parsePlayerLine(args: readonly string[]): PlayerOptions {
  const names = Object.keys(playerOptionsSchema.shape).filter((name) => name !== 'file');
  const { values, positionals } = parse(args, names, true);
  if (positionals.length !== 1) throw badInput('recording', 'name one recording', REMEDY);
  return checkPlayerOptions({ ...values, file: positionals[0] });
}

function parse(
  args: readonly string[],
  names: readonly string[],
  allowPositionals: boolean,
): { values: Record<string, unknown>; positionals: string[] } {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    return { values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(name, value)])), positionals };
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw badInput('options', message, `the options are: ${names.join(', ')}`);
  }
}

function convert(name: string, value: unknown): unknown {
  return NUMBERS.has(name) && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function check<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const name = issue.path.join('.');
  throw badInput(name || 'options', `option ${name}${name ? ': ' : ''}${issue.message}`, REMEDY);
}
