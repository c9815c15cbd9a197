import { expect, test } from '@jest/globals';
import { runProxy } from '../../../../simulators/proxy/proxy.ts';
import { silentLog } from '../manual-clock.ts';

test.each([
  ['- {fault: flood, atS: 1}', /entry 0 names the unknown fault 'flood'/],
  ['- {fault: drop}', /give one of atS, at and after/],
  ['- {fault: drop, atS: 1, at: x}', /give one of atS, at and after/],
  ["- {fault: drop, at: ''}", /the pattern is empty/],
  ['- {fault: drop, at: ü€}', /'€' is no byte/],
  ['- {fault: drop, at: x, seen: toController, direction: toInstrument}', /write after/],
  ['- {fault: drop, atS: 1, options: {bytes: 1, until: x}}', /entry 0 \(drop\): options: give only one of/],
  ['- {fault: drop, atS: 1, options: {until: "\\\\q"}}', /entry 0 \(drop\): until: write bytes as/],
  ['- {fault: insert, atS: 1}', /entry 0 \(insert\): text/],
  ['{', /no YAML/],
])('the schedule %s is refused', async (faultSchedule, why) => {
  await expect(runProxy({ to: '127.0.0.1:1' }, { faultSchedule, log: silentLog })).rejects.toMatchObject({
    code: 'badInput',
    message: expect.stringMatching(why),
  });
});
