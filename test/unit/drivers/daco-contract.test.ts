import { type DacoDiffractometer, openDacoDriver } from '../../../drivers/daco-mp/driver.ts';
import { diffractometerContract } from '../../contract/diffractometer.ts';
import { dacoOptions } from '../../support/daco-rig.ts';
import { FakeDaco } from '../../support/fake-daco.ts';
import { FakeDacoClient } from '../../support/fake-daco-client.ts';
import { hurriedClock } from '../../support/hurried-clock.ts';
import { fixedRandom, silentLog } from '../../support/manual-runtime.ts';

diffractometerContract('the DACO-MP driver with a far end in memory', async () => {
  const clock = hurriedClock(100);
  const fake = new FakeDaco(clock);
  const clients: FakeDacoClient[] = [];
  const made: DacoDiffractometer[] = [];
  const make = () => {
    // A serial port has one owner: another program comes only after the first has died.
    for (const client of clients) client.die();
    const client = new FakeDacoClient(fake);
    clients.push(client);
    const driver = openDacoDriver(dacoOptions(client), { clock, log: silentLog, random: fixedRandom });
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
      range: { fromDeg: 20, toDeg: 20.18 },
      stepDeg: 0.02,
      dwellS: 1,
      pointCount: 10,
      expectedS: 30,
      notAfterS: 1e9,
      how: { kind: capabilities.modes[0]! },
    }),
    // The wire carries no names: the first attempt is the first program's, the second that of its heir.
    executions: (_, attempt) => clients[attempt - 1]?.executed ?? 0,
    close: async () => {
      for (const driver of made.reverse()) await driver.close();
    },
  };
});
