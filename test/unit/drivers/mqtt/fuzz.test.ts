import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MqttRig, ROOT } from '../../../support/mqtt-rig.ts';
import { scanCommand } from '../../../support/scan-command.ts';

let rig: MqttRig;
afterEach(() => rig.close());

const topic = fc.constantFrom(
  ...['state', 'birth', 'safety', 'alarm/x', 'rsp/tester', 'scan/run-1/1/chunk', 'scan/run-1/1/end', 'scan/x/y/chunk', 'scan///end'],
);
const soup = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc.string({ unit: 'binary', maxLength: 100 }).map((text) => new TextEncoder().encode(`{"schema":"ewald.chunk/1","x":"${text}`)),
);

test('thousands of messages that mean nothing change nothing: the scan is whole and exact', async () => {
  rig = await new MqttRig({ paceMs: 200 }).open();
  const watched = rig.scan(scanCommand());
  for (const [where, payload] of fc.sample(fc.tuple(topic, soup), { numRuns: 5000, seed: 3 })) {
    if (payload.length > 0) rig.broker.route({ topic: `${ROOT}/${where}`, payload }, false);
    if (payload.length % 50 === 0) await rig.clock.advance(1);
  }
  await rig.over(watched);
  expect(watched.outcome).toBe('whole');
  expect(watched.chunks.map((chunk) => chunk.sequence)).toEqual(watched.chunks.map((_, i) => i));
  expect(rig.driver.counters().garbled).toBeGreaterThan(4000);
  expect(rig.fake.scanOf('run-1')?.executions).toBe(1);
  expect(rig.bus.unacknowledged).toBe(0);
});

test('valid chunks cut off or with bytes changed never put in a point where none was measured', async () => {
  rig = await new MqttRig({ paceMs: 20 }).open();
  const choices = fc.sample(fc.tuple(fc.nat(), fc.nat(255), fc.boolean()), { numRuns: 200, seed: 5 });
  rig.spoilFirst('chunk', (text, index) => {
    const [at, byte, cut] = choices[index % choices.length]!;
    const place = at % text.length;
    return [cut ? text.slice(0, place) : `${text.slice(0, place)}${String.fromCharCode(byte)}${text.slice(place + 1)}`];
  });
  for (let n = 0; n < 15; n++) {
    const requestId = `run-${n}`;
    const { outcome, chunks } = await rig.over(rig.scan(scanCommand({ requestId })));
    const angles = chunks.flatMap((chunk) => [...chunk.twoThetaDeg]);
    // A changed byte may make another valid chunk, for the wire has no checksum; then the scan must end or its angles be right.
    if (outcome === 'whole') expect(angles).toEqual(Array.from({ length: 101 }, (_, i) => (20_000_000 + i * 20_000) / 1e6));
    else expect(outcome).toMatchObject({ name: 'EwaldError' });
    expect(rig.fake.scanOf(requestId)?.executions).toBe(1);
    // A scan that was given up goes on at the far end.
    await rig.clock.advance(1000);
  }
});
