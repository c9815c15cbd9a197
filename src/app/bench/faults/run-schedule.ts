import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drivers } from '../../../../drivers/registry.ts';
import type { FaultRecord } from '../../../../simulators/faults/schedule.ts';
import { type RunningSimulator, runSimulator } from '../../../../simulators/main.ts';
import type { RunGoal } from '../../../domain/decision.ts';
import { asEwaldError } from '../../../domain/errors.ts';
import type { RunContext } from '../../../loop/context.ts';
import { type RunHandle, resumeRun, startRun } from '../../../loop/run.ts';
import type { RunStore } from '../../../ports/run-store.ts';
import type { Clock, Log, Runtime } from '../../../ports/runtime.ts';
import { guardDiffractometer } from '../../../safety/guard.ts';
import { blindIdentifier, hurriedPauses, overheard, plainPolicy } from './agent.ts';
import { BlackBox } from './black-box.ts';
import { sceneOf } from './scenes.ts';
import { hurriedWires, SPEED } from './wires.ts';

/** How often the run is started or resumed; an operator clears the alarms before each resumption. */
const ROUNDS = 3;
/** A run that lasts longer hangs; so does one that is not paused within this time after. */
const RUN_MS = 45_000;
const PAUSE_MS = 15_000;
const GOAL: RunGoal = { kind: 'identify', confidence: 0.95, maxPhases: 3, budgetInstrumentS: 1e6, maxCycles: 3, ceilingDeg: 100 };
const RULES = { limits: { fromDeg: 10, toDeg: 100 }, maxDwellS: 60, maxScanS: 7200, collisionZones: [] };
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** How one start or resumption of the run ended. */
export interface Round {
  readonly state: 'finished' | 'paused' | 'faulted' | 'notOpened' | 'hung';
  readonly verdict: string;
  /** The beam at the moment in which the run ended. */
  readonly beamOn: boolean;
}

/** Everything that is known of a run under one schedule of faults. */
export interface Trial {
  readonly as: string;
  readonly runId: string;
  readonly box: BlackBox;
  readonly rounds: readonly Round[];
  readonly context: RunContext | null;
  readonly records: readonly FaultRecord[];
  /** First sequence of a scan that the instrument still keeps; null on wires that do not keep. */
  readonly keptFrom: (requestId: string, attempt: number) => number | null;
  readonly beamOnAtEnd: boolean;
}

/** Runs the scans of a wire's scene to their end through the loop, under the faults of `yaml`. Rejects only where the simulator does not start. */
export async function runSchedule(as: string, runId: string, yaml: string, store: RunStore, runtime: Runtime): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-faults-'));
  const box = new BlackBox(() => runtime.clock.monotonicMs());
  const simulator = await runSimulator(
    { as, seed: 4, phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED, ...hurriedWires[as]!.simulator(folder) },
    {
      log: SILENT,
      clock: runtime.clock,
      faultSchedule: yaml,
      journal: (kind, fields) => box.note(kind, fields),
      overhear: (specimen) => box.overhear(specimen),
    },
  );
  try {
    const rounds: Round[] = [];
    let context: RunContext | null = null;
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) attend(simulator);
      const end = await oneRound(as, runId, context !== null, { simulator, folder, box, store, runtime });
      rounds.push(end.round);
      context = end.context ?? context;
      if (end.round.state === 'hung' || (context?.verdict && context.verdict.kind !== 'fault') || isStuck(simulator)) break;
    }
    const records = simulator.faultRecords();
    const keptFrom = keptBy(simulator);
    return { as, runId, box, rounds, context, records, keptFrom, beamOnAtEnd: box.isBeamOn() };
  } finally {
    box.seal();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Bench {
  readonly simulator: RunningSimulator;
  readonly folder: string;
  readonly box: BlackBox;
  readonly store: RunStore;
  readonly runtime: Runtime;
}

/** One life of the agent: it opens the instrument, starts the run or goes on with it, and is gone. */
async function oneRound(as: string, runId: string, resumes: boolean, bench: Bench): Promise<{ round: Round; context: RunContext | null }> {
  const { simulator, folder, box, store, runtime } = bench;
  const scene = sceneOf[as]!;
  const quiet: Runtime = { clock: runtime.clock, random: runtime.random.fork(runId), log: SILENT };
  const options = { ...hurriedWires[as]!.driver(simulator, folder), ...scene.driver };
  const plugIn = drivers.find(({ id }) => id === as)!;
  const raw = plugIn.make(options, quiet, { secret: () => undefined, readText: () => '', clientName: CLIENT });
  const instrument = overheard(guardDiffractometer(raw, RULES, quiet), (scanId) => box.asked(scanId));
  try {
    const capabilities = await instrument.open(new AbortController().signal);
    const identity = await instrument.identity();
    const parts = {
      diffractometer: instrument,
      driverId: as,
      capabilities,
      identity,
      identifier: blindIdentifier(),
      policy: plainPolicy(scene.scans),
      store,
      runtime: { ...quiet, clock: hurriedPauses(runtime.clock) },
      onProgress: () => undefined,
    };
    const start = { runId, goal: GOAL, sampleId: identity.sampleId, seed: 1 };
    const handle = resumes ? resumeRun(parts, runId) : startRun(parts, start);
    const { state, context } = await endOf(handle, runtime.clock);
    const verdict = context?.verdict;
    return { round: { state, verdict: verdict ? `${verdict.reasonCode}: ${verdict.reason}` : 'none', beamOn: box.isBeamOn() }, context };
  } catch (error) {
    const { code, message } = asEwaldError(error);
    return { round: { state: 'notOpened', verdict: `${code}: ${message}`, beamOn: box.isBeamOn() }, context: null };
  } finally {
    await within(runtime.clock, PAUSE_MS, instrument.close()).catch(() => undefined);
  }
}

/** What we call ourselves to the instrument: the same after a restart. */
export const CLIENT = 'ewald-bench';

async function endOf(handle: RunHandle, clock: Clock): Promise<{ state: Round['state']; context: RunContext | null }> {
  const inTime = await within(clock, RUN_MS, handle.done);
  if (inTime) return inTime;
  handle.pause();
  await within(clock, PAUSE_MS, handle.done);
  return { state: 'hung', context: null };
}

/** Null where it takes longer. */
async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = clock.sleep(ms, over.signal).then(
    () => null,
    () => null,
  );
  return Promise.race([work, late]).finally(() => over.abort());
}

/** Somebody walks to the cabinet, closes what is open, switches the generator on and resets the alarms. */
function attend({ device }: RunningSimulator): void {
  const nowS = device.clock.nowS();
  if (device.isLocal()) device.setLocalControl(false, nowS);
  if (device.alarms().size === 0) return;
  device.disturb({ doorsClosed: true, interlockClosed: true, emergencyStop: false, generatorOn: true }, null, nowS);
  device.operatorReset();
}

/** Nobody switches the generator on under a shutter that does not close. */
function isStuck({ device }: RunningSimulator): boolean {
  const { shutter, generatorOn } = device.circuitState();
  return shutter === 'open' && !generatorOn;
}

/** The instrument with a memory of its own is asked by the back door what it still keeps. */
function keptBy({ as, device }: RunningSimulator): Trial['keptFrom'] {
  if (as !== 'mqtt') return () => null;
  return (requestId, attempt) => device.scans.resend({ requestId, attempt, fromSequence: 0 }).from;
}
