import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aerisDriver } from '../../drivers/aeris/plug-in.ts';
import { runSimulator } from '../../simulators/main.ts';
import { hurriedAeris, programsFile } from '../../src/app/bench/faults/hurried-instruments.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { diffractometerContract } from '../contract/diffractometer.ts';
import { programCommand } from '../support/aeris-rig.ts';
import { madeDrivers } from '../support/made-drivers.ts';
import { patientClock } from '../support/patient-clock.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const SPEED = 100;
const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };
const PROGRAMS = [{ name: '20-30_Low', fromDeg: 20, toDeg: 30, stepDeg: 0.02, dwellS: 10 }];

diffractometerContract('the Aeris driver with the simulated Aeris', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-aeris-hil-'));
  const catalogue = join(folder, 'programs.yaml');
  writeFileSync(catalogue, programsFile(PROGRAMS));
  let executed = 0;
  const simulator = await runSimulator(
    {
      as: 'aeris',
      phases: [{ phaseId: 'MgO_225', height: 1 }],
      speed: SPEED,
      folder: join(folder, 'results'),
      programs: catalogue,
      slot: 2,
    },
    { log: silentLog, clock: runtime.clock, journal: (kind) => void (kind === 'execution' && executed++) },
  );
  const drivers = madeDrivers(aerisDriver, runtime);
  const make = () => {
    const options = hurriedAeris({
      address: simulator.address(),
      programs: PROGRAMS,
      jobFolder: join(folder, 'jobs'),
      resultFolder: join(folder, 'results'),
      speed: SPEED,
    });
    return drivers.make(options);
  };
  return {
    instrument: make(),
    again: make,
    command: (requestId) => programCommand(requestId, { dwellS: 10, expectedS: 55 }),
    // There is one request in each test.
    executions: () => executed,
    close: async () => {
      await drivers.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
