import { assign, type ErrorActorEvent, fromEventObservable, fromPromise, setup } from 'xstate';
import type { Decision, RunView, Verdict } from '../domain/decision.ts';
import { asEwaldError, type EwaldError, type EwaldErrorCode, mayRetry } from '../domain/errors.ts';
import type { DisagreementRegion, Identification } from '../domain/identification.ts';
import type { AlertKind } from '../ports/diffractometer.ts';
import type { PendingScan, RunContext } from './context.ts';
import type { Fate, Measured, Merged, RunEvent } from './facts.ts';
import {
  withCommand,
  withDecision,
  withDoseSpent,
  withFailure,
  withFault,
  withIdentification,
  withLostScan,
  withPattern,
  withRegions,
  withResume,
  withScan,
} from './reducers.ts';

/** More failures than this in a row end the run. */
export const MAX_FAILURES = 6;

const toBeProvided = <Output>() =>
  fromPromise<Output, RunContext>(() => {
    throw new Error('the loop was started without its actors');
  });

/** The run, and nothing else: what each state does is in `actors.ts`, what each fact changes in `reducers.ts`. */
export const runMachine = setup({
  types: { context: {} as RunContext, events: {} as RunEvent, input: {} as RunContext },
  actors: {
    watchAlerts: fromEventObservable<RunEvent, undefined>(() => {
      throw new Error('the loop was started without its actors');
    }),
    reconcile: toBeProvided<Fate>(),
    decide: toBeProvided<{ decision: Decision; view: RunView }>(),
    /** Null where the sample has had its beam. */
    commit: toBeProvided<PendingScan | null>(),
    measure: toBeProvided<Measured>(),
    merge: toBeProvided<Merged>(),
    identify: toBeProvided<{ identification: Identification; thinkingMs: number }>(),
    compare: toBeProvided<{ regions: DisagreementRegion[]; thinkingMs: number }>(),
    backOff: toBeProvided<undefined>(),
    /** Gives the scan that it broke off, where there is one. */
    makeSafe: toBeProvided<Measured | null>(),
  },
  guards: {
    moreToMeasure: ({ context }) => context.queue.length > 0,
    concluded: ({ context }) => context.verdict !== null,
    notYetIdentified: ({ context }) => context.scans.length > 0 && (context.cycles.at(-1)?.setProbabilityAfter ?? null) === null,
    notYetCompared: ({ context }) => context.identificationId !== null && context.comparedId !== context.identificationId,
    worthAnotherTry: ({ context, event }) =>
      mayRetry(errorOf(event)) && context.failures.inARow < MAX_FAILURES && !(errorOf(event).code === 'busy' && hasNothing(context)),
    mustStop: ({ event }) => event.type === 'alert' && event.alert.active && event.alert.kind !== 'link',
  },
  actions: {
    noteFailure: assign(({ context, event }) => withFailure(context, errorOf(event))),
    noteFault: assign(({ context, event }) =>
      withFault(context, errorOf(event).code, reasonOf(errorOf(event).code), errorOf(event).message),
    ),
    noteAlert: assign(({ context, event }) =>
      event.type === 'alert' ? withFault(context, 'deviceFault', reasonOfAlert(event.alert.kind), event.alert.message) : context,
    ),
  },
}).createMachine({
  id: 'run',
  context: ({ input }) => input,
  initial: 'dormant',
  states: {
    dormant: {
      on: { start: 'active', resume: { target: 'active', actions: assign(({ context }) => withResume(context)) } },
    },
    active: {
      invoke: { src: 'watchAlerts' },
      on: { pause: 'pausing', alert: { guard: 'mustStop', target: 'safing', actions: 'noteAlert' } },
      initial: 'reconciling',
      states: {
        reconciling: {
          invoke: {
            src: 'reconcile',
            input: ({ context }) => context,
            onDone: [
              { guard: ({ event }) => event.output.kind === 'watch', target: 'measuring' },
              {
                guard: ({ event }) => event.output.kind === 'lost',
                target: 'committing',
                actions: assign(({ context }) => withLostScan(context)),
              },
              {
                guard: ({ event }) => event.output.kind === 'stored',
                target: 'scanStored',
                actions: assign(({ context, event }) =>
                  event.output.measured ? withScan(context, event.output.measured.scan, event.output.measured.ledgerS) : context,
                ),
              },
              { target: 'scanStored' },
            ],
            onError: [
              { guard: 'worthAnotherTry', target: 'backingOff', actions: 'noteFailure' },
              { target: '#run.safing', actions: 'noteFault' },
            ],
          },
        },
        scanStored: {
          always: [
            { guard: 'moreToMeasure', target: 'committing' },
            { guard: 'notYetIdentified', target: 'merging' },
            { guard: 'notYetCompared', target: 'comparing' },
            { target: 'deciding' },
          ],
        },
        deciding: {
          invoke: {
            src: 'decide',
            input: ({ context }) => context,
            onDone: {
              target: 'decided',
              actions: assign(({ context, event }) => withDecision(context, event.output.decision, event.output.view)),
            },
            onError: { target: '#run.safing', actions: 'noteFault' },
          },
        },
        decided: { always: [{ guard: 'concluded', target: '#run.safing' }, { target: 'committing' }] },
        committing: {
          invoke: {
            src: 'commit',
            input: ({ context }) => context,
            onDone: [
              {
                guard: ({ event }) => event.output === null,
                target: 'measured',
                actions: assign(({ context }) => withDoseSpent(context)),
              },
              {
                target: 'measuring',
                actions: assign(({ context, event }) => (event.output ? withCommand(context, event.output) : context)),
              },
            ],
            onError: [
              { guard: 'worthAnotherTry', target: 'backingOff', actions: 'noteFailure' },
              { target: '#run.safing', actions: 'noteFault' },
            ],
          },
        },
        measuring: {
          invoke: {
            src: 'measure',
            input: ({ context }) => context,
            onDone: { target: 'measured', actions: assign(({ context, event }) => withMeasured(context, event.output)) },
            onError: [
              { guard: 'worthAnotherTry', target: 'backingOff', actions: 'noteFailure' },
              { target: '#run.safing', actions: 'noteFault' },
            ],
          },
        },
        measured: { always: [{ guard: 'concluded', target: '#run.safing' }, { target: 'scanStored' }] },
        merging: {
          invoke: {
            src: 'merge',
            input: ({ context }) => context,
            onDone: { target: 'merged', actions: assign(({ context, event }) => withPattern(context, event.output)) },
            onError: { target: '#run.safing', actions: 'noteFault' },
          },
        },
        merged: { always: [{ guard: 'concluded', target: '#run.safing' }, { target: 'identifying' }] },
        identifying: {
          invoke: {
            src: 'identify',
            input: ({ context }) => context,
            onDone: {
              target: 'comparing',
              actions: assign(({ context, event }) => withIdentification(context, event.output.identification, event.output.thinkingMs)),
            },
            onError: { target: '#run.safing', actions: 'noteFault' },
          },
        },
        comparing: {
          invoke: {
            src: 'compare',
            input: ({ context }) => context,
            onDone: {
              target: 'deciding',
              actions: assign(({ context, event }) => withRegions(context, event.output.regions, event.output.thinkingMs)),
            },
            onError: { target: '#run.safing', actions: 'noteFault' },
          },
        },
        backingOff: {
          invoke: {
            src: 'backOff',
            input: ({ context }) => context,
            onDone: 'reconciling',
            onError: { target: '#run.safing', actions: 'noteFault' },
          },
        },
      },
    },
    pausing: {
      invoke: {
        src: 'makeSafe',
        input: ({ context }) => context,
        onDone: { target: 'paused', actions: assign(({ context, event }) => withKept(context, event.output)) },
        onError: { target: 'faulted', actions: 'noteFault' },
      },
    },
    safing: {
      invoke: {
        src: 'makeSafe',
        input: ({ context }) => context,
        onDone: { target: 'finished', actions: assign(({ context, event }) => withKept(context, event.output)) },
        onError: { target: 'faulted', actions: 'noteFault' },
      },
    },
    paused: { type: 'final' },
    finished: { type: 'final' },
    faulted: { type: 'final' },
  },
});

function withMeasured(context: RunContext, { scan, ledgerS, trouble }: Measured): RunContext {
  const stored = withScan(context, scan, ledgerS);
  return trouble ? withFault(stored, trouble.code, reasonOf(trouble.code), trouble.message) : stored;
}

function withKept(context: RunContext, kept: Measured | null): RunContext {
  return kept ? withScan(context, kept.scan, kept.ledgerS) : context;
}

/** A run that has the instrument, or had it, waits for it; a new one is told at once that somebody else holds it. */
function hasNothing(context: RunContext): boolean {
  return context.scans.length === 0 && context.resumes === 0;
}

function errorOf(event: unknown): EwaldError {
  return asEwaldError((event as ErrorActorEvent).error);
}

function reasonOf(code: EwaldErrorCode): Verdict['reasonCode'] {
  if (code === 'link' || code === 'timeout' || code === 'busy' || code === 'garbled') return 'link';
  return code === 'unsafe' ? 'interlock' : 'deviceFault';
}

function reasonOfAlert(kind: AlertKind): Verdict['reasonCode'] {
  if (kind === 'interlock' || kind === 'shutter') return 'interlock';
  return kind === 'localControl' ? 'operator' : 'deviceFault';
}
