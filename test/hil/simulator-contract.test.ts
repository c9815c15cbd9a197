import { openMqttDriver } from '../../drivers/mqtt/driver.ts';
import { mqttMessageBus } from '../../drivers/transport/mqtt-message-bus.ts';
import { runSimulator } from '../../simulators/main.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { diffractometerContract } from '../contract/diffractometer.ts';
import { patientClock } from '../support/patient-clock.ts';
import { scanCommand } from '../support/scan-command.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };

diffractometerContract('the MQTT driver with the simulated instrument', async () => {
  const executed: string[] = [];
  const simulator = await runSimulator(
    { phases: [{ phaseId: 'MgO_225', height: 1 }], speed: 40 },
    {
      log: silentLog,
      clock: runtime.clock,
      journal: (kind, { requestId, attempt }) => kind === 'execution' && executed.push(`${requestId}.${attempt}`),
    },
  );
  const made: Diffractometer[] = [];
  const make = (): Diffractometer => {
    const bus = mqttMessageBus({ url: simulator.url, clientId: `ewald-${made.length}`, connectTimeoutMs: 5000 }, runtime);
    const driver = openMqttDriver({ bus, topicRoot: simulator.root, clientId: 'ewald' }, runtime);
    made.push(driver);
    return driver;
  };
  return {
    instrument: make(),
    again: make,
    command: (requestId, capabilities) =>
      scanCommand({
        requestId,
        sample: { sampleId: 'sample-1', slot: null },
        range: { fromDeg: 20, toDeg: 30 },
        dwellS: 4,
        pointCount: 501,
        expectedS: 30,
        how: { kind: capabilities.modes[0]! },
      }),
    executions: (requestId, attempt) => executed.filter((name) => name === `${requestId}.${attempt}`).length,
    close: async () => {
      for (const driver of made) await driver.close();
      await simulator.close();
    },
  };
});
