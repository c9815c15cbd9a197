import { randomUUID } from 'node:crypto';
import { fstatSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../src/diffraction/seeded-random.ts';
import { asEwaldError, badInput } from '../src/domain/errors.ts';
import type { Clock, Log } from '../src/ports/runtime.ts';
import { parseCommandLine } from './command-line.ts';
import { endpointOf, helpText } from './endpoints/choose.ts';
import type { AnyFault } from './faults/fault.ts';
import { armFaults, type FaultRecord, type PlannedFault, readFaultSchedule, whyNot } from './faults/schedule.ts';
import { fileJournal, type Journal, noJournal } from './journal.ts';
import { faultCases, junitText, writeReport } from './junit.ts';
import { loadSpecimen, readText } from './load-specimen.ts';
import { checkOptions, type SimulatorOptionsInput } from './options.ts';
import type { Specimen } from './specimen.ts';
import { truthStream } from './truth-stream.ts';
import { VirtualDiffractometer } from './virtual-diffractometer.ts';
import { stderrLog, wallClock } from './wall-runtime.ts';

/** A simulator that runs. */
export interface RunningSimulator {
  /** The wire it speaks. */
  readonly as: string;
  /** Where it is found: address of the broker without credentials, file of the terminal, address of the socket, folder. */
  readonly url: string;
  /** `url` and what else the wire needs to be told; it can change where a port is plugged in elsewhere. */
  address(): { readonly url: string } & Readonly<Record<string, unknown>>;
  readonly root: string;
  readonly bootId: string;
  readonly device: VirtualDiffractometer;
  /** What the scheduled faults have done so far. */
  faultRecords(): FaultRecord[];
  /** Further faults from a schedule in YAML, with `atS` counted from now; what is due at 0 happens at once. Fails with 'badInput'. */
  addFaults(schedule: string): void;
  /** Why a fault cannot occur on this wire, as the end of a sentence; null where it can. */
  whyNot(fault: AnyFault): string | null;
  /** The truth about the sample; also in the truth file. */
  truth(): Readonly<Record<string, unknown>>;
  /** Safe state first, then everything ends; the same as a second call. */
  close(): Promise<void>;
}

export interface SimulatorDeps {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Hears what the journal file gets. */
  readonly journal?: Journal;
  /** A schedule of faults as YAML text, besides that of the file. */
  readonly faultSchedule?: string;
  /** Puts something between sample and detector: an ear for every count. */
  readonly overhear?: (specimen: Specimen) => Specimen;
  /** What the fault 'crash' does after the instrument fell silent; the command line ends the process. */
  readonly onCrash?: () => void;
}

/**
 * Starts a simulated diffractometer, behind one of the wires of the registry; resolves when it is ready for commands.
 * Fails with 'badInput', 'model' or 'link'.
 */
export async function runSimulator(input: SimulatorOptionsInput, deps: SimulatorDeps = {}): Promise<RunningSimulator> {
  const options = checkOptions(input);
  const clock = deps.clock ?? wallClock;
  const log = deps.log ?? stderrLog(options.log);
  const bootId = `boot-${randomUUID().slice(0, 13)}`;
  const random = seededRandom(options.seed);
  const planned = [
    ...(options.faults === null ? [] : readFaultSchedule(readText(options.faults), options.faults)),
    ...readFaultSchedule(deps.faultSchedule ?? '', 'faultSchedule'),
  ];
  const drawn = await loadSpecimen(options, random);
  const specimen = deps.overhear?.(drawn) ?? drawn;
  const truth = (): Readonly<Record<string, unknown>> => ({ seed: options.seed, sampleId: specimen.sampleId, ...specimen.truth() });
  if (options.truth !== null) writeTruth(options.truth, truth());
  const toFile = options.journal === null ? noJournal : fileJournal(options.journal);
  const toStream = options.truthStream === null ? noJournal : truthStream(options.truthStream);
  const journal: Journal = (kind, fields) => {
    toFile(kind, fields);
    toStream(kind, fields);
    deps.journal?.(kind, fields);
  };
  const instrumentId = options.root.slice(options.root.lastIndexOf('/') + 1);
  const plugIn = endpointOf(options.as);
  const profile = plugIn.profile(options, specimen, instrumentId);
  const device = new VirtualDiffractometer({ bootId, profile, specimen, speed: options.speed, clock, log, journal });
  const endpoint = await plugIn.make({ options, bootId, instrumentId, device, specimen, clock, log, random, journal });
  const reach = { ...endpoint.reach, holder: specimen.holder ?? null };
  const closing = new AbortController();
  const startedAt = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
  const records: (() => FaultRecord[])[] = [];
  const faultRecords = (): FaultRecord[] => records.flatMap((of) => of());
  const report = (): void => {
    if (options.junit === null) return;
    const seconds = (clock.monotonicMs() - startedAt.monotonicMs) / 1000;
    writeReport(options.junit, junitText(`ewald simulate ${options.as}`, faultCases(faultRecords()), startedAt.nowMs, seconds));
  };
  const crash = (): void => {
    closing.abort();
    endpoint.vanish();
    report();
    deps.onCrash?.();
  };
  const shutDown = async (): Promise<void> => {
    closing.abort();
    await endpoint.close();
    report();
  };
  const arm = (some: readonly PlannedFault[], fromS: number): void => {
    const told = (fault: string, atS: number, effect: string): void => {
      journal('fault', { fault, atS, effect });
      log.info('a fault took effect', { fault, atS, effect });
    };
    records.push(armFaults(some, { device, clock, signal: closing.signal, crash, ...reach }, told, fromS));
  };
  try {
    arm(planned, 0);
    await endpoint.open();
  } catch (error) {
    await shutDown();
    throw error;
  }
  journal('boot', { bootId, as: plugIn.id, root: options.root });
  let closed: Promise<void> | null = null;
  return {
    as: plugIn.id,
    get url() {
      return endpoint.address().url;
    },
    address: () => endpoint.address(),
    root: options.root,
    bootId,
    device,
    faultRecords,
    addFaults: (schedule) => {
      arm(readFaultSchedule(schedule, 'faultSchedule'), device.clock.nowS());
      device.tick();
    },
    whyNot: (fault) => whyNot(fault, reach),
    truth,
    close: () => {
      closed ??= shutDown();
      return closed;
    },
  };
}

function writeTruth(file: string, truth: Readonly<Record<string, unknown>>): void {
  try {
    writeFileSync(file, `${JSON.stringify(truth, null, 1)}\n`);
  } catch (error) {
    throw badInput(file, `the truth file ${file} cannot be written`, 'check its folder and permissions', error);
  }
}

/** Only a pipe tells when the parent is gone; /dev/null is at its end from the start. */
function isPipe(descriptor: number): boolean {
  const stdin = fstatSync(descriptor);
  return stdin.isFIFO() || stdin.isSocket();
}

/** The command line: one JSON line on stdout when ready; ends on SIGTERM, SIGINT and when whoever started it closes its stdin. */
async function main(): Promise<void> {
  // A parent that is gone reads no more; that must not stop the way to the safe state.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    const args = process.argv.slice(2);
    if (args.includes('--help')) {
      process.stdout.write(helpText(args));
      return;
    }
    const options = parseCommandLine(args, process.env);
    const simulator = await runSimulator(options, { onCrash: () => process.exit(70) });
    const end = (): void => {
      simulator.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    if (isPipe(0)) process.stdin.once('end', end).once('close', end).resume();
    const { as, root, bootId } = simulator;
    process.stdout.write(`${JSON.stringify({ ready: true, as, ...simulator.address(), root, bootId })}\n`);
  } catch (error) {
    const { code, message, remedy } = asEwaldError(error);
    process.stderr.write(`ewald simulator: ${message}; ${remedy}\n`);
    process.exit(code === 'badInput' ? 2 : code === 'model' ? 5 : 4);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
