import { openDacoDriver } from '../../../drivers/daco-mp/driver.ts';
import { diffractometerContract } from '../../contract/diffractometer.ts';
import { dacoOptions } from '../../support/daco-rig.ts';
import { FakeDaco } from '../../support/fake-daco.ts';
import { heirs } from '../../support/heirs.ts';
import { hurriedClock } from '../../support/hurried-clock.ts';
import { fixedRandom, silentLog } from '../../support/manual-runtime.ts';
import { powderScan } from '../../support/scan-command.ts';

diffractometerContract('the DACO-MP driver with a far end in memory', async () => {
  const clock = hurriedClock(100);
  const fake = new FakeDaco(clock);
  const programs = heirs(
    (lend) => openDacoDriver(dacoOptions(lend(fake)), { clock, log: silentLog, random: fixedRandom }),
    () => fake.executed.length,
  );
  return {
    instrument: programs.next(),
    again: programs.next,
    command: (requestId, { modes }) =>
      powderScan(requestId, { range: { fromDeg: 20, toDeg: 20.18 }, pointCount: 10, how: { kind: modes[0]! } }),
    executions: (_, attempt) => programs.countedDuring(attempt),
    close: programs.close,
  };
});
