import { openDacoDriver } from '../../drivers/daco-mp/driver.ts';
import { serialBytePort } from '../../drivers/transport/serial-byte-port.ts';
import { runSimulator } from '../../simulators/main.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { diffractometerContract } from '../contract/diffractometer.ts';
import { dacoOptions } from '../support/daco-rig.ts';
import { heirs } from '../support/heirs.ts';
import { patientClock } from '../support/patient-clock.ts';
import { powderScan } from '../support/scan-command.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const SPEED = 100;
const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };

diffractometerContract('the DACO-MP driver with the simulated D5000 on a pseudo-terminal', async () => {
  let executed = 0;
  const simulator = await runSimulator(
    { as: 'daco-mp', phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED },
    { log: silentLog, clock: runtime.clock, journal: (kind) => void (kind === 'execution' && executed++) },
  );
  const programs = heirs(
    (lend) => {
      const path = String(simulator.address()['path']);
      const line = { path, baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1, softwareFlowControl: true } as const;
      const options = dacoOptions(lend(serialBytePort(line, runtime.clock)));
      return openDacoDriver({ ...options, clockSpeed: SPEED, pollMs: 20, safeTimeoutMs: 3000 }, runtime);
    },
    () => executed,
  );
  return {
    instrument: programs.next(),
    again: programs.next,
    command: (requestId, { modes }) =>
      powderScan(requestId, { range: { fromDeg: 42, toDeg: 43.8 }, pointCount: 91, dwellS: 2, expectedS: 400, how: { kind: modes[0]! } }),
    executions: (_, attempt) => programs.countedDuring(attempt),
    close: async () => {
      await programs.close();
      await simulator.close();
    },
  };
});
