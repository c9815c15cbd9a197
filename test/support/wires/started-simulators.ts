import { type RunningSimulator, runSimulator } from '../../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../../simulators/options.ts';
import { silentLog } from '../../unit/simulators/manual-clock.ts';
import { patientClock } from '../patient-clock.ts';

/** One line of what the instrument truly did. */
export interface Note {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface StartedSimulator {
  readonly simulator: RunningSimulator;
  readonly notes: readonly Note[];
}

/** Simulated instruments with MgO of one test file, and all that goes with them. `close` is for `afterEach`: what came last ends first. */
export function startedSimulators() {
  const cleanUps: (() => unknown)[] = [];
  const also = (cleanUp: () => unknown): void => void cleanUps.push(cleanUp);
  return {
    also,
    start: async (options: SimulatorOptionsInput, faultSchedule = ''): Promise<StartedSimulator> => {
      const notes: Note[] = [];
      const simulator = await runSimulator(
        { phases: [{ phaseId: 'MgO_225', height: 1 }], seed: 3, ...options },
        { log: silentLog, clock: patientClock(), faultSchedule, journal: (kind, fields) => notes.push({ kind, fields }) },
      );
      also(() => simulator.close());
      return { simulator, notes };
    },
    close: async (): Promise<void> => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    },
  };
}

export const executions = ({ notes }: Pick<StartedSimulator, 'notes'>): number => notes.filter(({ kind }) => kind === 'execution').length;

/** What faults did, in words. */
export function took({ simulator }: Pick<StartedSimulator, 'simulator'>): string[] {
  return simulator.faultRecords().flatMap((record) => record.effects.map(({ effect }) => effect));
}
