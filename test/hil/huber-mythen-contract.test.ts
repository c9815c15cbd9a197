import { openHuberMythenDriver } from '../../drivers/huber-mythen/driver.ts';
import { tcpBytePort } from '../../drivers/transport/tcp-byte-port.ts';
import { runSimulator } from '../../simulators/main.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { diffractometerContract } from '../contract/diffractometer.ts';
import { huberMythenOptions } from '../support/huber-mythen-rig.ts';
import { MortalPort } from '../support/mortal-port.ts';
import { patientClock } from '../support/patient-clock.ts';
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
      journal: (kind, fields) => {
        if (kind === 'word' && fields['word'] === '-start') exposures++;
      },
    },
  );
  const address = simulator.address();
  const ports: MortalPort[] = [];
  const made: Diffractometer[] = [];
  const exposuresBefore: number[] = [];
  const make = () => {
    // Another program comes only after the first has died, and its connections with it.
    const freed = Promise.all(ports.map((port) => port.die()));
    const connect = (port: unknown) => new MortalPort(tcpBytePort({ host: '127.0.0.1', port: Number(port) }, 2000, runtime.clock), freed);
    const pair = [connect(address['port']), connect(address['detectorPort'])] as const;
    ports.push(...pair);
    exposuresBefore.push(exposures);
    const driver = openHuberMythenDriver({ ...huberMythenOptions(...pair), ...hurry }, runtime);
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
      range: { fromDeg: 20, toDeg: 60 },
      stepDeg: 0.02,
      dwellS: 10,
      pointCount: 2001,
      expectedS: 60,
      notAfterS: 1e9,
      how: { kind: capabilities.modes[0]! },
    }),
    // The wires carry no names: exposures after the first program's are those of its heir. A scan is many of them.
    executions: (_, attempt) => {
      const until = exposuresBefore[attempt] ?? exposures;
      return until > (exposuresBefore[attempt - 1] ?? until) ? 1 : 0;
    },
    close: async () => {
      for (const driver of made.reverse()) await driver.close();
      await simulator.close();
    },
  };
});
