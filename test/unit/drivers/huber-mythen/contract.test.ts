import { openHuberMythenDriver } from '../../../../drivers/huber-mythen/driver.ts';
import { diffractometerContract } from '../../../contract/diffractometer.ts';
import { heirs } from '../../../support/heirs.ts';
import { fakePair, huberMythenOptions } from '../../../support/huber-mythen-rig.ts';
import { hurriedClock } from '../../../support/hurried-clock.ts';
import { fixedRandom, silentLog } from '../../../support/manual-runtime.ts';
import { powderScan } from '../../../support/scan-command.ts';

diffractometerContract('the Huber and Mythen driver with far ends in memory', async () => {
  const clock = hurriedClock(100);
  const { smc, mythen } = fakePair(clock);
  const programs = heirs(
    (lend) => {
      const options = huberMythenOptions(lend(smc.connect()), lend(mythen.connect()));
      return openHuberMythenDriver(options, { clock, log: silentLog, random: fixedRandom });
    },
    () => mythen.finished,
  );
  return {
    instrument: programs.next(),
    again: programs.next,
    command: (requestId, { modes }) =>
      powderScan(requestId, { range: { fromDeg: 20, toDeg: 60 }, pointCount: 2001, dwellS: 2, expectedS: 60, how: { kind: modes[0]! } }),
    // A scan is many exposures.
    executions: (_, attempt) => (programs.countedDuring(attempt) > 0 ? 1 : 0),
    close: programs.close,
  };
});
