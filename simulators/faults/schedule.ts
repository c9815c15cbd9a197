import { parse } from 'yaml';
import { z } from 'zod';
import { badInput, type EwaldError } from '../../src/domain/errors.ts';
import type { AnyFault, FaultReach, Need, WireReach } from './fault.ts';
import { faults } from './registry.ts';

const entrySchema = z
  .strictObject({
    fault: z.string(),
    /** Instrument seconds. */
    atS: z.number().nonnegative().optional(),
    /** Index of a point: when it is complete. */
    atPoint: z.int().nonnegative().optional(),
    /** Which executed scan `atPoint` means, from 1; without it the first that has this point. */
    scan: z.int().positive().optional(),
    options: z.record(z.string(), z.unknown()).default({}),
  })
  .refine((entry) => (entry.atS === undefined) !== (entry.atPoint === undefined), 'give either atS or atPoint');

export interface PlannedFault {
  readonly fault: AnyFault;
  readonly when: { readonly atS: number } | { readonly atPoint: number; readonly scan: number | null };
  readonly options: unknown;
}

/** One line of the record: `effects` are empty as long as the fault had no effect. */
export interface FaultRecord {
  readonly fault: string;
  readonly effects: readonly { readonly atS: number; readonly effect: string }[];
}

/** Reads a schedule in YAML: a list of {fault, atS | atPoint, scan, options}. Fails with 'badInput' naming the entry. */
export function readFaultSchedule(text: string, subject: string): PlannedFault[] {
  const complain = (message: string) =>
    badInput(subject, message, `write a list of faults, each with atS or atPoint; known: ${[...faults.keys()].join(', ')}`);
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw complain(`${subject} is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
  const entries = z.array(entrySchema).safeParse(document ?? []);
  if (!entries.success) {
    const issue = entries.error.issues[0]!;
    throw complain(`${subject}: ${issue.path.join('.') || 'schedule'}: ${issue.message}`);
  }
  return entries.data.map((entry, index) => {
    const fault = faults.get(entry.fault);
    if (!fault) throw complain(`${subject}: entry ${index} names the unknown fault '${entry.fault}'`);
    const options = fault.optionsSchema.safeParse(entry.options);
    if (!options.success) {
      const issue = options.error.issues[0]!;
      throw complain(`${subject}: entry ${index} (${fault.id}): ${issue.path.join('.') || 'options'}: ${issue.message}`);
    }
    const when = entry.atS !== undefined ? { atS: entry.atS } : { atPoint: entry.atPoint!, scan: entry.scan ?? null };
    return { fault, when, options: options.data };
  });
}

/** Hands every fault to the instrument's schedule, `atS` counted from `fromS`; returns the record of what took effect. Fails with 'badInput' where a fault cannot occur on this wire. */
export function armFaults(
  planned: readonly PlannedFault[],
  reach: FaultReach,
  onEffect: (fault: string, atS: number, effect: string) => void,
  fromS = 0,
): () => FaultRecord[] {
  const { device } = reach;
  const records = planned.map(({ fault, when, options }) => {
    if (whyNot(fault, reach) !== null) throw cannotOccur(fault);
    const { axis } = options as { readonly axis?: number };
    if (axis !== undefined && reach.goniometer?.has(axis) === false)
      throw badInput(fault.id, `this instrument has no axis ${axis}`, 'name one that it has');
    const effects: { atS: number; effect: string }[] = [];
    const apply = (atS: number): void =>
      fault.apply(reach, options, atS, (effect) => {
        const effectS = device.clock.nowS();
        effects.push({ atS: effectS, effect });
        onEffect(fault.id, effectS, effect);
      });
    if ('atS' in when) device.schedule.at(fromS + when.atS, apply);
    else armAtPoint(reach, when, apply);
    return { fault: fault.id, effects };
  });
  return () => records.map((record) => ({ ...record, effects: [...record.effects] }));
}

const MISSING: Readonly<Record<Need, readonly [string, string]>> = {
  messages: ['the messages of the native contract', 'start the simulator with --as mqtt'],
  network: ['the embedded broker', 'start the simulator with --as mqtt --broker embedded'],
  commands: ['single commands', 'choose another fault'],
  replyStream: ['replies that share one line', 'start the simulator with --as mqtt, --as daco-mp or --as huber-mythen'],
  shutterWord: ['a wire that tells of the shutter', 'start the simulator with --as mqtt or --as daco-mp'],
  stamps: ['a wire that tells times', 'start the simulator with --as mqtt, --as aeris or --as bruker-lablims'],
  replies: ['a wire of requests and replies', 'start the simulator with --as mqtt, --as daco-mp, --as aeris or --as huber-mythen'],
  line: ['a serial line', 'start the simulator with --as daco-mp'],
  goniometer: ['axes that are moved one by one', 'start the simulator with --as daco-mp or --as huber-mythen'],
  controller: ['a remote mode that can be taken away', 'start the simulator with --as daco-mp'],
  results: ['results that are files', 'start the simulator with --as aeris or --as bruker-lablims'],
  textResults: ['results in plain text', 'start the simulator with --as bruker-lablims'],
  samples: ['a sample changer', 'start the simulator with --as aeris'],
  holder: ['a sample that is drawn', 'start the simulator without --replay'],
  strips: ['a detector that is read frame by frame', 'start the simulator with --as huber-mythen'],
};

/** Why a fault cannot occur on a wire, as the end of a sentence; null where it can. */
export function whyNot({ needs }: AnyFault, reach: WireReach): string | null {
  return needs !== null && reach[needs] === null ? `needs ${MISSING[needs][0]}` : null;
}

function cannotOccur({ id, needs }: AnyFault): EwaldError {
  const [what, remedy] = MISSING[needs!];
  return badInput(id, `the fault ${id} needs ${what}`, remedy);
}

function armAtPoint(
  reach: FaultReach,
  when: { readonly atPoint: number; readonly scan: number | null },
  apply: (atS: number) => void,
): void {
  let applied = false;
  let withdraw = (): void => {};
  reach.device.scans.onCounting((ordinal, pointCount, doneAtS) => {
    withdraw(); // of an earlier scan that was cut short before the point
    if (applied || when.atPoint >= pointCount || (when.scan !== null && when.scan !== ordinal)) return;
    withdraw = reach.device.schedule.at(doneAtS(when.atPoint), (atS) => {
      applied = true;
      apply(atS);
    });
  });
}
