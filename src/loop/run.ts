import { createActor } from 'xstate';
import { EwaldError } from '../domain/errors.ts';
import type { RunStore } from '../ports/run-store.ts';
import { provideActors } from './actors.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { newContext, type RunContext } from './context.ts';
import { runMachine } from './machine.ts';
import type { RunParts } from './parts.ts';

export interface RunHandle {
  /** Settles when the run is finished, paused or faulted, with the instrument safe unless `state` is 'faulted'. */
  readonly done: Promise<{ readonly state: 'finished' | 'paused' | 'faulted'; readonly context: RunContext }>;
  /** Brings the instrument to its safe state and keeps everything; the run can be resumed. */
  pause(): void;
}

/** Begins a run. */
export function startRun(parts: RunParts, start: Pick<RunContext, 'runId' | 'goal' | 'sampleId' | 'seed'>): RunHandle {
  const context = newContext({ ...start, policyId: parts.policy.id, modelId: parts.identifier.modelId });
  parts.store.append(start.runId, {
    kind: 'started',
    atMs: parts.runtime.clock.nowMs(),
    fields: {
      ...start,
      policyId: context.policyId,
      modelId: context.modelId,
      modelSha256: parts.identifier.modelSha256,
      instrumentId: parts.identity.instrumentId,
      simulated: parts.identity.simulated,
      driver: parts.driverId,
    },
  });
  saveCheckpoint(parts.store, context);
  return follow(parts, context, 'start');
}

/** The last checkpoint of a run that can go on. Fails with 'badInput' for a run that is unknown or finished. */
export function loadResumable(store: RunStore, runId: string): RunContext {
  const context = loadCheckpoint(store, runId);
  if (!context.verdict || context.verdict.kind === 'fault') return context;
  throw new EwaldError(
    'badInput',
    runId,
    `the run ${runId} is finished: ${context.verdict.reason}`,
    'look at it with: ewald report RUN, or start a new run',
  );
}

/**
 * Goes on with a run that was paused, broken off or killed. Whatever the instrument did meanwhile is found out before anything is commanded. Fails
 * with 'badInput' where the identifier is not the one that the run was begun with.
 */
export function resumeRun(parts: RunParts, runId: string): RunHandle {
  const context = loadResumable(parts.store, runId);
  if (context.modelId !== parts.identifier.modelId) {
    throw new EwaldError(
      'badInput',
      runId,
      `the run ${runId} was begun with the model ${context.modelId}, not ${parts.identifier.modelId}`,
      'name that model in the config',
    );
  }
  const begunWith = parts.store.journal(runId).find(({ kind }) => kind === 'started')?.fields['modelSha256'];
  if (begunWith !== parts.identifier.modelSha256) {
    // Reports say by what the answer was given: one hash, which covers every answer of the run.
    throw new EwaldError(
      'badInput',
      runId,
      `the run ${runId} was begun with another model file, other references, or something else told of the sample or the instrument`,
      'resume it with the config, structures and instrument file that it was begun with, or begin a new run',
    );
  }
  parts.store.append(runId, { kind: 'resumed', atMs: parts.runtime.clock.nowMs(), fields: { bootId: parts.identity.bootId } });
  return follow(parts, context, 'resume');
}

function follow(parts: RunParts, context: RunContext, first: 'start' | 'resume'): RunHandle {
  const machine = provideActors(parts);
  let saved = context;
  const actor = createActor(machine, {
    input: context,
    snapshot: runMachine.resolveState({ value: 'dormant', context }),
    inspect: (inspected) => {
      // Transient states are seen here only; a subscription would miss them.
      if (inspected.type !== '@xstate.snapshot' || inspected.actorRef !== (actor as unknown)) return;
      const snapshot = inspected.snapshot as unknown as { value: unknown; context: RunContext };
      if (snapshot.context !== saved) {
        saved = snapshot.context;
        saveCheckpoint(parts.store, saved);
      }
      parts.onProgress({ kind: 'state', state: stateName(snapshot.value), context: snapshot.context });
    },
  });
  const done = new Promise<{ state: 'finished' | 'paused' | 'faulted'; context: RunContext }>((resolve, reject) => {
    actor.subscribe({
      next: (snapshot) => {
        if (snapshot.status !== 'done') return;
        const state = stateName(snapshot.value) as 'finished' | 'paused' | 'faulted';
        parts.store.append(snapshot.context.runId, {
          kind: state,
          atMs: parts.runtime.clock.nowMs(),
          fields: { verdict: snapshot.context.verdict },
        });
        resolve({ state, context: snapshot.context });
      },
      error: reject,
    });
  });
  actor.start();
  actor.send({ type: first });
  return { done, pause: () => actor.send({ type: 'pause' }) };
}

/** The innermost state, in one word. */
function stateName(value: unknown): string {
  if (typeof value === 'string') return value;
  const inner = value && typeof value === 'object' ? Object.values(value)[0] : undefined;
  return inner === undefined ? 'unknown' : stateName(inner);
}
