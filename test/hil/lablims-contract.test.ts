import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labLimsDriver } from '../../drivers/bruker-lablims/plug-in.ts';
import { runSimulator } from '../../simulators/main.ts';
import { hurriedLabLims } from '../../src/app/bench/faults/hurried-instruments.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { diffractometerContract } from '../contract/diffractometer.ts';
import { madeDrivers } from '../support/made-drivers.ts';
import { patientClock } from '../support/patient-clock.ts';
import { scanCommand } from '../support/scan-command.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const SPEED = 100;
const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };

diffractometerContract('the LabLims driver with the simulated D8', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-lablims-hil-'));
  const labLimsFolder = join(folder, 'LabLims');
  let executed = 0;
  const simulator = await runSimulator(
    { as: 'bruker-lablims', phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED, folder: labLimsFolder },
    { log: silentLog, clock: runtime.clock, journal: (kind) => void (kind === 'execution' && executed++) },
  );
  const drivers = madeDrivers(labLimsDriver, runtime);
  const make = () => {
    const options = hurriedLabLims({ labLimsFolder, jobFolder: join(folder, 'jobs'), speed: SPEED });
    return drivers.make(options);
  };
  return {
    instrument: make(),
    again: make,
    command: (requestId) => scanCommand({ requestId, dwellS: 20, expectedS: 60, notAfterS: 1e12 }),
    // There is one request in each test.
    executions: () => executed,
    close: async () => {
      await drivers.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
