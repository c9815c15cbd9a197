import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Speed } from '../../simulators/instrument-clock.ts';
import type { RunningSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { endEveryEwald } from './ewald-process.ts';
import { openLab, runConfig, type VirtualLab } from './virtual-lab.ts';

export interface WireLab {
  readonly lab: VirtualLab;
  /** A config of a run of two decisions at most, up to 60 degrees. */
  readonly config: string;
  readonly store: string;
}

export interface WireSetup {
  readonly as: string;
  readonly speed: Speed;
  readonly faults?: string;
  readonly simulator?: SimulatorOptionsInput;
  /** Options of the driver for the simulated instrument. */
  readonly driver: (simulator: RunningSimulator) => Readonly<Record<string, unknown>>;
}

/** Simulated instruments behind wires of their own in this process, for agents in others. `close` is for `afterEach`. */
export function wireLabs(): { open(setup: WireSetup): Promise<WireLab>; close(): Promise<void> } {
  const labs: VirtualLab[] = [];
  return {
    open: async ({ as, speed, faults = '', simulator = {}, driver }) => {
      const lab = await openLab(speed, faults, { as, ...simulator });
      labs.push(lab);
      const store = join(lab.folder, 'runs');
      const config = join(lab.folder, `${as}.yaml`);
      const goal = { maxCycles: 2, budgetInstrumentS: 20_000, ceilingDeg: 60 };
      writeFileSync(config, runConfig({ folder: store, instrument: { driver: as, options: driver(lab.simulator) }, goal }));
      return { lab, config, store };
    },
    close: async () => {
      endEveryEwald();
      for (const lab of labs.splice(0)) await lab.close();
    },
  };
}
