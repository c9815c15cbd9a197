import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Speed } from '../../simulators/instrument-clock.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

/** One line of what the instrument truly did. */
export type Note = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface VirtualLab {
  readonly simulator: RunningSimulator;
  readonly folder: string;
  /** The ground truth, never on the wire. */
  readonly notes: readonly Note[];
  /** Settles with the first note from now on that is `isIt`; `react` runs before the instrument does anything more. */
  on(isIt: (note: Note) => boolean, react?: (note: Note) => void): Promise<Note>;
  /** Somebody closes the door and resets the alarm at the cabinet. */
  closeDoorAndReset(): void;
  /** Writes a config for this instrument and gives its path. */
  config(changes?: ConfigChanges): string;
  close(): Promise<void>;
}

export interface ConfigChanges {
  readonly store?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly goal?: Readonly<Record<string, unknown>>;
  readonly model?: Readonly<Record<string, unknown>>;
}

/** Two phases that are easily told apart. */
export const EASY = [
  { phaseId: 'NiO_225', height: 1 },
  { phaseId: 'TiO2_141', height: 0.6 },
];

export const SEARCH = { id: 'solid-state-precursors', method: 'search' };

/** A simulated instrument in this process, for an agent in another: the test hears its journal and can touch its cabinet. */
export async function openLab(speed: Speed, faultSchedule = '', more: SimulatorOptionsInput = {}): Promise<VirtualLab> {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-lab-'));
  const notes: Note[] = [];
  const waiting = new Set<(note: Note) => void>();
  const journal = (kind: string, fields: Readonly<Record<string, unknown>>) => {
    const note = { kind, ...fields };
    notes.push(note);
    for (const hear of [...waiting]) hear(note);
  };
  const simulator = await runSimulator({ seed: 5, phases: EASY, speed, ...more }, { log: silentLog, journal, faultSchedule });
  return {
    simulator,
    folder,
    notes,
    on: (isIt, react) =>
      new Promise((resolve) => {
        const hear = (note: Note) => {
          if (!isIt(note)) return;
          waiting.delete(hear);
          react?.(note);
          resolve(note);
        };
        waiting.add(hear);
      }),
    closeDoorAndReset: () => {
      simulator.device.disturb({ doorsClosed: true, interlockClosed: true }, null, simulator.device.clock.nowS());
      simulator.device.operatorReset();
    },
    config: (changes = {}) => {
      const file = join(folder, `run-${notes.length}-${Object.keys(changes).join('-')}.yaml`);
      const options = { url: simulator.url, topicRoot: simulator.root, replyTimeoutMs: 1000, ...changes.options };
      writeFileSync(
        file,
        runConfig({ ...changes, instrument: { driver: 'mqtt', options }, folder: changes.store ?? join(folder, 'runs') }),
      );
      return file;
    },
    close: async () => {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A short run as YAML: three decisions at most. */
export function runConfig(run: {
  readonly folder: string;
  readonly instrument?: Readonly<Record<string, unknown>>;
  readonly simulator?: Readonly<Record<string, unknown>>;
  readonly goal?: Readonly<Record<string, unknown>>;
  readonly model?: Readonly<Record<string, unknown>>;
}): string {
  return stringify({
    ...(run.simulator ? { simulator: run.simulator } : {}),
    instrument: run.instrument ?? { driver: 'mqtt' },
    goal: { maxCycles: 3, budgetInstrumentS: 600, ...run.goal },
    model: run.model ?? SEARCH,
    store: { folder: run.folder },
    seed: 5,
  });
}
