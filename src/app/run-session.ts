import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { RunContext } from '../loop/context.ts';
import type { RunParts, RunProgress } from '../loop/parts.ts';
import { resumeRun, startRun } from '../loop/run.ts';
import type { Capabilities, InstrumentIdentity } from '../ports/diffractometer.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { makeInstrument, makePolicy, openSimulator } from './compose.ts';
import { earlierExposures } from './earlier-exposures.ts';
import { isRight, type SampleTruth } from './is-right.ts';
import { openConfigured } from './open-configured.ts';
import { checkRadiation } from './read-instrument.ts';

export interface SessionOptions {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly store: RunStore;
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly resume: boolean;
  /** Where a simulated run makes its scratch folder; that of the system unless it is said. */
  readonly scratchRoot?: string;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onOpen?: (identity: InstrumentIdentity, capabilities: Capabilities) => void;
}

export interface SessionResult {
  readonly state: 'finished' | 'paused' | 'faulted';
  readonly context: RunContext;
  readonly identity: InstrumentIdentity;
  /** Written by the simulator to a file of its own and read only now, after the verdict; null for a real instrument. */
  readonly truth: { readonly phaseIds: readonly string[]; readonly right: boolean } | null;
}

/** One run from opening the instrument to closing it, whatever happens between. */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { config, runtime, store, signal, runId } = options;
  const release = store.hold(runId);
  const closers: (() => Promise<unknown>)[] = [async () => release()];
  try {
    const scratch = config.simulator ? await mkdtemp(join(options.scratchRoot ?? tmpdir(), 'ewald-')) : null;
    if (scratch) closers.push(() => rm(scratch, { recursive: true, force: true }));
    const truthFile = scratch ? String(config.simulator?.['truth'] ?? join(scratch, 'truth.json')) : null;
    const { identifier, calibration, goal } = await openConfigured(config, runtime);
    closers.push(() => identifier.close());
    const simulator = await openSimulator(config, { truth: truthFile });
    if (simulator) closers.push(() => simulator.close());
    const diffractometer = makeInstrument(config, runtime, simulator, `ewald-${runId}`, earlierExposures(store, runId));
    closers.push(() => diffractometer.close());
    const capabilities = await diffractometer.open(signal);
    const identity = await diffractometer.identity();
    if (calibration) checkRadiation(calibration, identity.radiation, config.instrument.calibration ?? '', identity.instrumentId);
    options.onOpen?.(identity, capabilities);
    identifier.warmUp?.(identity.radiation);
    const parts: RunParts = {
      diffractometer,
      driverId: config.instrument.driver,
      capabilities,
      identity,
      identifier,
      policy: makePolicy(config),
      store,
      runtime,
      ...(config.instrument.maxCps === undefined ? {} : { detectorMaxCps: config.instrument.maxCps }),
      onProgress: options.onProgress,
    };
    const handle = options.resume
      ? resumeRun(parts, runId)
      : startRun(parts, { runId, goal, sampleId: config.sampleId ?? identity.sampleId, seed: config.seed });
    const pause = () => handle.pause();
    signal.addEventListener('abort', pause, { once: true });
    if (signal.aborted) pause();
    const { state, context } = await handle.done;
    signal.removeEventListener('abort', pause);
    return { state, context, identity, truth: truthFile ? score(truthFile, context) : null };
  } finally {
    for (const close of closers.reverse())
      await close().catch((error: unknown) => runtime.log.warn('could not close cleanly', { error: String(error) }));
  }
}

function score(truthFile: string, { goal, verdict }: RunContext): SessionResult['truth'] {
  const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as SampleTruth;
  const { phaseIds } = truth;
  if (!phaseIds) return null;
  return { phaseIds, right: isRight(goal, verdict, { ...truth, phaseIds }) };
}
