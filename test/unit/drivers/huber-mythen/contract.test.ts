import { openHuberMythenDriver } from '../../../../drivers/huber-mythen/driver.ts';
import type { Diffractometer } from '../../../../src/ports/diffractometer.ts';
import { diffractometerContract } from '../../../contract/diffractometer.ts';
import { fakePair, huberMythenOptions } from '../../../support/huber-mythen-rig.ts';
import { hurriedClock } from '../../../support/hurried-clock.ts';
import { fixedRandom, silentLog } from '../../../support/manual-runtime.ts';
import { MortalPort } from '../../../support/mortal-port.ts';

diffractometerContract('the Huber and Mythen driver with far ends in memory', async () => {
  const clock = hurriedClock(100);
  const { smc, mythen } = fakePair(clock);
  const ports: MortalPort[] = [];
  const made: Diffractometer[] = [];
  const finishedBefore: number[] = [];
  const make = () => {
    // Another program comes only after the first has died, and its connections with it.
    const freed = Promise.all(ports.map((port) => port.die()));
    const pair = [new MortalPort(smc.connect(), freed), new MortalPort(mythen.connect(), freed)] as const;
    ports.push(...pair);
    finishedBefore.push(mythen.finished);
    const options = huberMythenOptions(...pair);
    const driver = openHuberMythenDriver(options, { clock, log: silentLog, random: fixedRandom });
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
      dwellS: 2,
      pointCount: 2001,
      expectedS: 60,
      notAfterS: 1e9,
      how: { kind: capabilities.modes[0]! },
    }),
    // The wires carry no names: exposures after the first program's are those of its heir. A scan is many of them.
    executions: (_, attempt) => {
      const until = finishedBefore[attempt] ?? mythen.finished;
      return until > (finishedBefore[attempt - 1] ?? until) ? 1 : 0;
    },
    close: async () => {
      for (const driver of made.reverse()) await driver.close();
    },
  };
});
