import { randomUUID } from 'node:crypto';
import { fstatSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { mqttMessageBus } from '../drivers/transport/mqtt-message-bus.ts';
import { seededRandom } from '../src/diffraction/seeded-random.ts';
import { asEwaldError, badInput } from '../src/domain/errors.ts';
import type { Clock, Log } from '../src/ports/runtime.ts';
import { type EmbeddedBroker, startBroker } from './broker.ts';
import { parseCommandLine } from './command-line.ts';
import { armFaults, type FaultRecord, readFaultSchedule } from './faults/schedule.ts';
import { profileFor } from './instrument-profile.ts';
import { fileJournal, type Journal, noJournal } from './journal.ts';
import { loadSpecimen, readBytes } from './load-specimen.ts';
import { lastWill, MqttEndpoint } from './mqtt-endpoint.ts';
import { checkOptions, type SimulatorOptions, type SimulatorOptionsInput } from './options.ts';
import { VirtualDiffractometer } from './virtual-diffractometer.ts';
import { stderrLog, wallClock } from './wall-runtime.ts';

/** A simulator that runs. */
export interface RunningSimulator {
  /** Address of the broker, without credentials. */
  readonly url: string;
  readonly root: string;
  readonly bootId: string;
  readonly device: VirtualDiffractometer;
  /** What the scheduled faults have done so far. */
  faultRecords(): FaultRecord[];
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
  /** What the fault 'crash' does after the instrument fell silent; the command line ends the process. */
  readonly onCrash?: () => void;
}

/**
 * Starts a simulated diffractometer, with a broker of its own or on one that runs; resolves when it is ready for commands.
 * Fails with 'badInput', 'model' or 'link'.
 */
export async function runSimulator(input: SimulatorOptionsInput, deps: SimulatorDeps = {}): Promise<RunningSimulator> {
  const options = checkOptions(input);
  const clock = deps.clock ?? wallClock;
  const log = deps.log ?? stderrLog(options.log);
  const bootId = `boot-${randomUUID().slice(0, 13)}`;
  const random = seededRandom(options.seed);
  const planned = [
    ...(options.faults === null ? [] : readFaultSchedule(textOf(options.faults), options.faults)),
    ...readFaultSchedule(deps.faultSchedule ?? '', 'faultSchedule'),
  ];
  const specimen = await loadSpecimen(options, random);
  const truth = (): Readonly<Record<string, unknown>> => ({ seed: options.seed, sampleId: specimen.sampleId, ...specimen.truth() });
  if (options.truth !== null) writeTruth(options.truth, truth());
  const toFile = options.journal === null ? noJournal : fileJournal(options.journal);
  const journal: Journal = (kind, fields) => {
    toFile(kind, fields);
    deps.journal?.(kind, fields);
  };
  const instrumentId = options.root.slice(options.root.lastIndexOf('/') + 1);
  const profile = profileFor(options.detector, specimen, instrumentId);
  const device = new VirtualDiffractometer({ bootId, profile, specimen, speed: options.speed, clock, log, journal });
  const broker = options.broker === 'embedded' ? await startEmbedded(options) : null;
  const url = broker?.url ?? options.broker;
  const clientId = `${instrumentId}-${bootId}`;
  const bus = mqttMessageBus(
    {
      url: broker?.ownUrl ?? url,
      clientId,
      connectTimeoutMs: 5000,
      reconnectEveryMs: 100,
      will: lastWill(options.root, bootId),
      ...credentials(options),
    },
    { clock, log, random },
  );
  const endpoint = new MqttEndpoint({ bus, root: options.root, device, clock, log });
  const closing = new AbortController();
  const crash = (): void => {
    closing.abort();
    endpoint.vanish();
    broker?.cut(clientId);
    deps.onCrash?.();
  };
  const network = broker && {
    dropBroker: () => broker.drop(),
    restoreBroker: () => broker.restore(),
    cutLink: () => broker.cut(clientId),
    mendLink: () => broker.admit(clientId),
  };
  const shutDown = async (): Promise<void> => {
    closing.abort();
    await endpoint.close();
    await broker?.close();
  };
  let faultRecords: () => FaultRecord[];
  try {
    faultRecords = armFaults(
      planned,
      {
        device,
        clock,
        signal: closing.signal,
        addTamper: (tamper) => endpoint.addTamper(tamper),
        mute: (muted) => endpoint.mute(muted),
        crash,
        network,
      },
      (fault, atS, effect) => {
        journal('fault', { fault, atS, effect });
        log.info('a fault took effect', { fault, atS, effect });
      },
    );
    await endpoint.open();
  } catch (error) {
    await shutDown();
    throw error;
  }
  journal('boot', { bootId, root: options.root });
  let closed: Promise<void> | null = null;
  return {
    url,
    root: options.root,
    bootId,
    device,
    faultRecords,
    truth,
    close: () => {
      closed ??= shutDown();
      return closed;
    },
  };
}

function startEmbedded(options: SimulatorOptions): Promise<EmbeddedBroker> {
  const { host, port, username, password, tlsCert, tlsKey } = options;
  const tls = tlsCert !== null && tlsKey !== null ? { cert: textOf(tlsCert), key: textOf(tlsKey) } : undefined;
  return startBroker({ host, port, username: username ?? undefined, password: password ?? undefined, tls });
}

function credentials(options: SimulatorOptions): { username?: string; password?: string; ca?: string } {
  const { username, password, tlsCert } = options;
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tlsCert === null || options.broker === 'embedded' ? {} : { ca: textOf(tlsCert) }),
  };
}

function textOf(file: string): string {
  return Buffer.from(readBytes(file)).toString('utf8');
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
    const options = parseCommandLine(process.argv.slice(2), process.env);
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
    process.stdout.write(`${JSON.stringify({ ready: true, url: simulator.url, root: simulator.root, bootId: simulator.bootId })}\n`);
  } catch (error) {
    const { code, message, remedy } = asEwaldError(error);
    process.stderr.write(`ewald simulator: ${message}; ${remedy}\n`);
    process.exit(code === 'badInput' ? 2 : code === 'model' ? 5 : 4);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
