import { type DacoDiffractometer, openDacoDriver } from '../../../drivers/daco-mp/driver.ts';
import { diffractometerContract } from '../../contract/diffractometer.ts';
import { dacoOptions } from '../../support/daco-rig.ts';
import { FakeDaco } from '../../support/fake-daco.ts';
import { hurriedClock } from '../../support/hurried-clock.ts';
import { fixedRandom, silentLog } from '../../support/manual-runtime.ts';
import { MortalPort } from '../../support/mortal-port.ts';

diffractometerContract('the DACO-MP driver with a far end in memory', async () => {
  const clock = hurriedClock(100);
  const fake = new FakeDaco(clock);
  const ports: MortalPort[] = [];
  const made: DacoDiffractometer[] = [];
  const executedBefore: number[] = [];
  const make = () => {
    // A serial port has one owner: another program comes only after the first has died.
    const freed = Promise.all(ports.map((port) => port.die()));
    const port = new MortalPort(fake, freed);
    ports.push(port);
    executedBefore.push(fake.executed.length);
    const driver = openDacoDriver(dacoOptions(port), { clock, log: silentLog, random: fixedRandom });
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
    executions: (_, attempt) => (executedBefore[attempt] ?? fake.executed.length) - (executedBefore[attempt - 1] ?? fake.executed.length),
    close: async () => {
      for (const driver of made.reverse()) await driver.close();
    },
  };
});
