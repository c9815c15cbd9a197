import { blankIdentification } from '../../../domain/blank-identification.ts';
import type { PlannedScan, RunView } from '../../../domain/decision.ts';
import { identificationIdOf } from '../../../domain/identification.ts';
import { type ScanCommand, scanIdOf } from '../../../domain/scan.ts';
import type { Diffractometer } from '../../../ports/diffractometer.ts';
import type { Identifier } from '../../../ports/identifier.ts';
import type { Policy } from '../../../ports/policy.ts';
import type { Clock } from '../../../ports/runtime.ts';

/** The pauses of the loop, in the time of a hurried instrument. */
const HURRY = 10;

/** Measures the scans that it was given and is content. */
export function plainPolicy(scans: readonly PlannedScan[]): Policy {
  return {
    id: 'plain',
    decide: ({ cycle }: RunView) =>
      cycle === 0
        ? { kind: 'measure', requests: scans, reason: 'these scans are wanted' }
        : { kind: 'accept', reasonCode: 'goalMet', phaseIds: [], setProbability: null, reason: 'everything was measured' },
  };
}

/** Names nothing: here only counts matter. */
export function blindIdentifier(): Identifier {
  const model = { modelId: 'blind', modelSha256: '00000000' };
  return {
    ...model,
    phaseIds: [],
    threshold: 1,
    identify: async ({ patternId }) =>
      blankIdentification({ identificationId: identificationIdOf(patternId, model), patternId, modelId: model.modelId }),
    explain: async () => [],
    close: async () => undefined,
  };
}

/** The same instrument; `asked` hears of every scan before the instrument does. */
export function overheard(instrument: Diffractometer, asked: (scanId: string) => void): Diffractometer {
  return {
    open: (signal) => instrument.open(signal),
    identity: () => instrument.identity(),
    safety: () => instrument.safety(),
    alerts: () => instrument.alerts(),
    scan: (command: ScanCommand) => {
      asked(scanIdOf(command));
      return instrument.scan(command);
    },
    acknowledge: (requestId, attempt, sequence) => instrument.acknowledge(requestId, attempt, sequence),
    find: (requestId, attempt) => instrument.find(requestId, attempt),
    makeSafe: (reason) => instrument.makeSafe(reason),
    close: () => instrument.close(),
  };
}

/** The loop waits less between its tries; what it waits for runs by the wall clock. */
export function hurriedPauses(clock: Clock): Clock {
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms / HURRY, signal),
  };
}
