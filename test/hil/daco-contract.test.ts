import { type DacoDiffractometer, openDacoDriver } from '../../drivers/daco-mp/driver.ts';
import { serialBytePort } from '../../drivers/transport/serial-byte-port.ts';
import { runSimulator } from '../../simulators/main.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { diffractometerContract } from '../contract/diffractometer.ts';
import { dacoOptions } from '../support/daco-rig.ts';
import { MortalPort } from '../support/mortal-port.ts';
import { patientClock } from '../support/patient-clock.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const SPEED = 100;
const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };

diffractometerContract('the DACO-MP driver with the simulated D5000 on a pseudo-terminal', async () => {
  let executed = 0;
  const simulator = await runSimulator(
    { as: 'daco-mp', phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED },
    {
      log: silentLog,
      clock: runtime.clock,
      journal: (kind) => {
        if (kind === 'execution') executed++;
      },
    },
  );
  const ports: MortalPort[] = [];
  const made: DacoDiffractometer[] = [];
  const executedBefore: number[] = [];
  const make = () => {
    // A serial port has one owner: another program comes only after the first has died.
    const freed = Promise.all(ports.map((port) => port.die()));
    const path = String(simulator.address()['path']);
    const line = { path, baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1, softwareFlowControl: true } as const;
    const port = new MortalPort(serialBytePort(line, runtime.clock), freed);
    ports.push(port);
    executedBefore.push(executed);
    const driver = openDacoDriver({ ...dacoOptions(port), clockSpeed: SPEED, pollMs: 20, safeTimeoutMs: 3000 }, runtime);
    made.push(driver);
    return driver;
  };
  return {
    instrument: make(),
    again: make,
    command: (requestId, capabilities) => ({
      requestId,
      attempt: 1,
      sample: { sampleId: 'powder', slot: null },
      range: { fromDeg: 42, toDeg: 43.8 },
      stepDeg: 0.02,
      dwellS: 2,
      pointCount: 91,
      expectedS: 400,
      notAfterS: 1e9,
      how: { kind: capabilities.modes[0]! },
    }),
    // The wire carries no names: the first attempt is the first program's, the second that of its heir.
    executions: (_, attempt) => (executedBefore[attempt] ?? executed) - (executedBefore[attempt - 1] ?? executed),
    close: async () => {
      for (const driver of made.reverse()) await driver.close();
      await simulator.close();
    },
  };
});
