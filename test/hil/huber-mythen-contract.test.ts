import { openHuberMythenDriver } from '../../drivers/huber-mythen/driver.ts';
import { tcpBytePort } from '../../drivers/transport/tcp-byte-port.ts';
import { runSimulator } from '../../simulators/main.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { diffractometerContract } from '../contract/diffractometer.ts';
import { heirs } from '../support/heirs.ts';
import { huberMythenOptions } from '../support/huber-mythen-rig.ts';
import { patientClock } from '../support/patient-clock.ts';
import { powderScan } from '../support/scan-command.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const SPEED = 100;
const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };
const hurry = { clockSpeed: SPEED, settleMs: 20, pollMs: 5, moveStartMs: 200, bannerMs: 200, statusIntervalMs: 50, safeTimeoutMs: 3000 };

diffractometerContract('the Huber and Mythen driver with the simulated pair over TCP', async () => {
  let exposures = 0;
  const simulator = await runSimulator(
    { as: 'huber-mythen', phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED },
    {
      log: silentLog,
      clock: runtime.clock,
      journal: (kind, { word }) => void (kind === 'word' && word === '-start' && exposures++),
    },
  );
  const address = simulator.address();
  const programs = heirs(
    (lend) => {
      const connect = (port: unknown) => lend(tcpBytePort({ host: '127.0.0.1', port: Number(port) }, 2000, runtime.clock));
      const options = huberMythenOptions(connect(address['port']), connect(address['detectorPort']));
      return openHuberMythenDriver({ ...options, ...hurry }, runtime);
    },
    () => exposures,
  );
  return {
    instrument: programs.next(),
    again: programs.next,
    command: (requestId, { modes }) =>
      powderScan(requestId, { range: { fromDeg: 20, toDeg: 60 }, pointCount: 2001, dwellS: 10, expectedS: 60, how: { kind: modes[0]! } }),
    // A scan is many exposures.
    executions: (_, attempt) => (programs.countedDuring(attempt) > 0 ? 1 : 0),
    close: async () => {
      await programs.close();
      await simulator.close();
    },
  };
});
