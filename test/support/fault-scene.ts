import { drivers } from '../../drivers/registry.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { hurriedWires, SPEED } from '../../src/app/bench/faults/wires.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../src/safety/guard.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';
import { programCommand } from './aeris-rig.ts';
import { nothingFromOutside } from './made-drivers.ts';
import { patientClock } from './patient-clock.ts';
import { scanCommand } from './scan-command.ts';

/** A driver behind its guard before the simulated instrument of its wire, with faults on a schedule. */
export interface FaultScene {
  readonly instrument: Diffractometer;
  readonly simulator: RunningSimulator;
  /** What the instrument truly did. */
  readonly notes: readonly Readonly<Record<string, unknown>>[];
  readonly command: ScanCommand;
  close(): Promise<void>;
}

const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };

/** What is measured in a scene of each wire. */
const commands: Readonly<Record<string, ScanCommand>> = {
  mqtt: scanCommand({ requestId: 'a', sample: { sampleId: 'sample-4', slot: null }, dwellS: 20, expectedS: 60, notAfterS: 1e9 }),
  'daco-mp': scanCommand({
    requestId: 'a',
    range: { fromDeg: 42, toDeg: 43.18 },
    pointCount: 60,
    dwellS: 2,
    expectedS: 300,
    notAfterS: 1e9,
    how: { kind: 'step' },
  }),
  aeris: programCommand('a', { dwellS: 10, expectedS: 55 }),
  'bruker-lablims': scanCommand({ requestId: 'a', dwellS: 20, expectedS: 60, notAfterS: 1e12 }),
  'huber-mythen': scanCommand({
    requestId: 'a',
    range: { fromDeg: 32, toDeg: 50 },
    pointCount: 901,
    dwellS: 20,
    expectedS: 300,
    notAfterS: 1e9,
    how: { kind: 'snapshot' },
  }),
};

/** Starts both ends of a wire; `folder` is the test's own. The driver is open, and from then on the schedule of faults counts. */
export async function faultScene(
  as: string,
  faultSchedule: string,
  folder: string,
  more: SimulatorOptionsInput = {},
  hear: (note: Readonly<Record<string, unknown>>) => void = () => undefined,
): Promise<FaultScene> {
  const wire = hurriedWires[as]!;
  const notes: Readonly<Record<string, unknown>>[] = [];
  const journal = (kind: string, fields: Readonly<Record<string, unknown>>): void => {
    notes.push({ kind, ...fields });
    hear({ kind, ...fields });
  };
  const simulator = await runSimulator(
    { as, seed: 4, phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED, ...wire.simulator(folder), ...more },
    { log: silentLog, clock: runtime.clock, journal },
  );
  const plugIn = drivers.find(({ id }) => id === as)!;
  const raw = plugIn.make(wire.driver(simulator, folder), runtime, nothingFromOutside);
  const rules = { limits: { fromDeg: 10, toDeg: 100 }, maxDwellS: 60, maxScanS: 7200, collisionZones: [] };
  const instrument = guardDiffractometer(raw, rules, runtime);
  const close = async (): Promise<void> => {
    await instrument.close();
    await simulator.close();
  };
  try {
    await instrument.open(new AbortController().signal);
    simulator.addFaults(faultSchedule);
  } catch (error) {
    await close();
    throw error;
  }
  return { instrument, simulator, notes, command: commands[as]!, close };
}

/** The scan of a scene: how it ended, and the points that came. */
export function scanOf({ instrument, command }: FaultScene): Promise<{ outcome: string; message: string; points: number }> {
  let points = 0;
  return new Promise((resolve) => {
    instrument.scan(command).subscribe({
      next: (chunk) => {
        points += chunk.counts.length;
      },
      error: (error) => resolve({ outcome: asEwaldError(error).code, message: asEwaldError(error).message, points }),
      complete: () => resolve({ outcome: 'whole', message: '', points }),
    });
  });
}
