import { parse } from 'yaml';
import { z } from 'zod';
import { asEwaldError, badInput } from '../../src/domain/errors.ts';
import { bytesOf } from './byte-pattern.ts';
import { wireFaults } from './fault-registry.ts';
import { type AnyWireFault, DIRECTIONS, type Direction } from './wire-fault.ts';

const direction = z.enum(['toInstrument', 'toController']);

const entrySchema = z
  .strictObject({
    fault: z.string(),
    direction: z.union([direction, z.literal('both')]).default('both'),
    /** Wall seconds since the proxy was ready. */
    atS: z.number().nonnegative().optional(),
    /** The fault begins with the first of these bytes. */
    at: z.string().optional(),
    /** The fault begins behind the last of these bytes. */
    after: z.string().optional(),
    /** Where `at` and `after` are looked for; without it where the fault is. */
    seen: direction.optional(),
    /** Which time the bytes are seen, from 1. */
    occurrence: z.int().positive().default(1),
    /** At how many times in a row they are seen. */
    times: z.int().positive().default(1),
    options: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(({ atS, at, after }) => [atS, at, after].filter((given) => given !== undefined).length === 1, 'give one of atS, at and after')
  .refine(({ atS, seen, occurrence, times }) => atS === undefined || (seen === undefined && occurrence === 1 && times === 1), {
    message: 'seen, occurrence and times go with at or after',
  })
  .refine(({ at, seen, direction: acts }) => at === undefined || seen === undefined || seen === acts || acts === 'both', {
    message: 'at means bytes of its own direction: write after to begin with what comes back',
  });

/** Bytes that set a fault off. */
export interface Trigger {
  readonly pattern: Uint8Array;
  readonly edge: 'at' | 'after';
  readonly seen: readonly Direction[];
  readonly occurrence: number;
  readonly times: number;
}

export interface PlannedWireFault {
  readonly fault: AnyWireFault;
  readonly directions: readonly Direction[];
  readonly when: { readonly atS: number } | Trigger;
  readonly options: unknown;
}

/** Reads a schedule in YAML: a list of {fault, direction, atS | at | after, seen, occurrence, times, options}. Fails with 'badInput' naming the entry. */
export function readWireSchedule(text: string, subject: string): PlannedWireFault[] {
  const complain = (message: string) =>
    badInput(subject, `${subject}: ${message}`, `see docs/fault-proxy.md; known faults: ${[...wireFaults.keys()].join(', ')}`);
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw complain(`no YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
  const entries = z.array(entrySchema).safeParse(document ?? []);
  if (!entries.success) {
    const issue = entries.error.issues[0]!;
    throw complain(`${issue.path.join('.') || 'schedule'}: ${issue.message}`);
  }
  return entries.data.map((entry, index) => {
    const fault = wireFaults.get(entry.fault);
    if (!fault) throw complain(`entry ${index} names the unknown fault '${entry.fault}'`);
    const options = fault.optionsSchema.safeParse(entry.options);
    if (!options.success) {
      const issue = options.error.issues[0]!;
      throw complain(`entry ${index} (${fault.id}): ${issue.path.join('.') || 'options'}: ${issue.message}`);
    }
    const directions = entry.direction === 'both' ? DIRECTIONS : [entry.direction];
    try {
      return { fault, directions, when: whenOf(entry, directions), options: options.data };
    } catch (error) {
      throw complain(`entry ${index} (${fault.id}): ${asEwaldError(error).message}`);
    }
  });
}

function whenOf(entry: z.infer<typeof entrySchema>, directions: readonly Direction[]): PlannedWireFault['when'] {
  if (entry.atS !== undefined) return { atS: entry.atS };
  const edge = entry.at === undefined ? 'after' : 'at';
  const seen = entry.seen === undefined ? directions : [entry.seen];
  const { occurrence, times } = entry;
  return { pattern: bytesOf(entry.at ?? entry.after ?? '', edge), edge, seen, occurrence, times };
}
