import { openMqttDriver } from '../../../../drivers/mqtt/driver.ts';
import { diffractometerContract } from '../../../contract/diffractometer.ts';
import { FakeInstrument } from '../../../support/fake-instrument.ts';
import { realRuntime } from '../../../support/manual-runtime.ts';
import { MemoryBroker } from '../../../support/memory-message-bus.ts';
import { scanCommand } from '../../../support/scan-command.ts';

diffractometerContract('the MQTT driver with a fake far end', async () => {
  const broker = new MemoryBroker();
  const runtime = realRuntime();
  const fake = new FakeInstrument(broker, 'ewald/v1/test/fake', runtime, { paceMs: 3, heartbeatMs: 20 });
  await fake.start();
  const client = () => openMqttDriver({ bus: broker.client(), topicRoot: 'ewald/v1/test/fake', clientId: 'tester' }, runtime);
  const instruments = [client()];
  return {
    instrument: instruments[0]!,
    again: () => {
      const heir = client();
      instruments.push(heir);
      return heir;
    },
    command: (requestId) => scanCommand({ requestId }),
    executions: (requestId, attempt) => fake.scanOf(requestId, attempt)?.executions ?? 0,
    close: async () => {
      for (const instrument of instruments) await instrument.close();
      fake.stop();
    },
  };
});
