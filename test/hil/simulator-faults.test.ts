import { afterEach, expect, test } from '@jest/globals';
import { type MqttDiffractometer, openMqttDriver } from '../../drivers/mqtt/driver.ts';
import { mqttMessageBus } from '../../drivers/transport/mqtt-message-bus.ts';
import type { Speed } from '../../simulators/instrument-clock.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { collect, expectWhole } from '../contract/diffractometer.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { patientClock } from '../support/patient-clock.ts';
import { scanCommand } from '../support/scan-command.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const runtime = { clock: patientClock(), log: silentLog, random: seededRandom(1) };
const COMMAND = scanCommand({
  requestId: 'r1',
  sample: { sampleId: 'sample-5', slot: null },
  range: { fromDeg: 20, toDeg: 40 },
  pointCount: 1001,
  dwellS: 4,
  expectedS: 45,
});
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(speed: Speed, schedule: string): Promise<{ simulator: RunningSimulator; driver: MqttDiffractometer }> {
  const phases = [{ phaseId: 'MgO_225', height: 1 }];
  const simulator = await runSimulator({ seed: 5, phases, speed }, { log: silentLog, clock: runtime.clock, faultSchedule: schedule });
  cleanUps.push(() => simulator.close());
  const bus = mqttMessageBus({ url: simulator.url, clientId: 'ewald', connectTimeoutMs: 5000, reconnectEveryMs: 100 }, runtime);
  const driver = openMqttDriver({ bus, topicRoot: simulator.root, clientId: 'ewald', replyTimeoutMs: 1000, silenceMs: 1000 }, runtime);
  cleanUps.push(() => driver.close());
  await driver.open(new AbortController().signal);
  return { simulator, driver };
}

/** What every scan of this sample must give, whatever happens on the wire. */
let undisturbed: number[] | null = null;

async function countsWithoutFaults(): Promise<number[]> {
  if (undisturbed) return undisturbed;
  const { driver } = await start('max', '');
  const chunks = await collect(driver.scan(COMMAND));
  expectWhole(chunks, COMMAND);
  undisturbed = chunks.flatMap((chunk) => [...chunk.counts]);
  return undisturbed;
}

test.each<[Speed, string]>([
  ['max', '- {fault: lost-chunk, atPoint: 300, options: {chunks: 3}}'],
  ['max', '- {fault: lost-chunk, atPoint: 1000}'],
  ['max', '- {fault: repeated-chunk, atPoint: 0, options: {chunks: 8}}'],
  ['max', '- {fault: reordered-chunk, atPoint: 100, options: {chunks: 3}}'],
  ['max', '- {fault: foreign-chunk, atPoint: 300, options: {chunks: 2}}'],
  ['max', '- {fault: lost-command, atS: 0, options: {to: scan}}'],
  ...['lost', 'late', 'repeated', 'reordered', 'garbled', 'foreign', 'half'].map((what): [Speed, string] => [
    'max',
    `- {fault: ${what}-reply, atS: 0, options: {to: scan}}`,
  ]),
  [40, '- {fault: half-open-link, atPoint: 400, options: {forWallS: 0.4}}'],
  ['max', '- {fault: garbled-chunk, atPoint: 500, options: {chunks: 2}}'],
  [40, '- {fault: link-cut, atPoint: 400, options: {forWallS: 0.4}}'],
  [40, '- {fault: broker-drop, atPoint: 400, options: {forWallS: 0.4}}'],
])('at speed %s no count is lost or doubled by %s', async (speed, schedule) => {
  const expected = await countsWithoutFaults();
  const { simulator, driver } = await start(speed, schedule);
  const chunks = await collect(driver.scan(COMMAND));
  expectWhole(chunks, COMMAND);
  expect(chunks.flatMap((chunk) => [...chunk.counts])).toEqual(expected);
  proveFaults(simulator);
  expect(simulator.device.scans.executions()).toBe(1);
});

test('the answer to an earlier scan in place of that to this one is not believed', async () => {
  const { simulator, driver } = await start('max', '- {fault: stale-reply, atS: 0, options: {to: scan}}');
  for (const requestId of ['r1', 'r2']) expectWhole(await collect(driver.scan({ ...COMMAND, requestId })), { ...COMMAND, requestId });
  proveFaults(simulator);
  expect(simulator.device.scans.executions()).toBe(2);
});

test.each([
  ['- {fault: door-opens, atPoint: 500}', 'unsafe', 501],
  ['- {fault: generator-trip, atPoint: 10}', 'unsafe', 11],
  ['- {fault: local-control, atPoint: 700}', 'deviceFault', 701],
])('%s ends the scan, and what was counted before is delivered', async (schedule, code, points) => {
  const { simulator, driver } = await start('max', schedule);
  let seen = 0;
  const outcome = await new Promise<{ code?: string }>((resolve) => {
    driver.scan(COMMAND).subscribe({
      next: (chunk) => {
        seen += chunk.counts.length;
      },
      error: resolve,
      complete: () => resolve({}),
    });
  });
  expect(outcome.code).toBe(code);
  expect(seen).toBe(points);
  proveFaults(simulator);
  expect(simulator.device.circuitState().shutter).toBe('closed');
});

test('an instrument that crashes shows as a lost link', async () => {
  const { simulator, driver } = await start(40, '- {fault: crash, atPoint: 300}');
  collect(driver.scan(COMMAND)).catch(() => undefined);
  const alert = new Promise<string>((resolve) => {
    driver.alerts().subscribe((alarm) => alarm.kind === 'link' && alarm.active && resolve(alarm.kind));
  });
  expect(await alert).toBe('link');
  proveFaults(simulator);
  expect(simulator.device.circuitState().shutter).toBe('closed');
});
