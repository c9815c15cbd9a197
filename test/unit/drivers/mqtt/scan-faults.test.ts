import { afterEach, describe, expect, test } from '@jest/globals';
import type { WatchedScan } from '../../../support/driver-rig.ts';
import { fakeCount } from '../../../support/fake-scans.ts';
import { MqttRig, ROOT } from '../../../support/mqtt-rig.ts';
import { scanCommand } from '../../../support/scan-command.ts';

const command = scanCommand();

function expectExact(watched: WatchedScan): void {
  expect(watched.outcome).toBe('whole');
  const counts = watched.chunks.flatMap((chunk) => [...chunk.counts]);
  expect(counts).toEqual(Array.from({ length: command.pointCount }, (_, i) => fakeCount(i)));
  const angles = watched.chunks.flatMap((chunk) => [...chunk.twoThetaDeg]);
  expect(angles).toEqual(Array.from({ length: command.pointCount }, (_, i) => (20_000_000 + i * 20_000) / 1e6));
  expect(watched.chunks.map((chunk) => chunk.sequence)).toEqual(watched.chunks.map((_, i) => i));
}

describe('a scan over a bad wire', () => {
  let rig: MqttRig;
  afterEach(() => rig.close());

  const spoilings: readonly (readonly [string, (text: string, index: number) => readonly string[]])[] = [
    ['every third chunk lost', (text, index) => (index % 3 === 1 ? [] : [text])],
    ['all chunks lost', () => []],
    ['every chunk twice', (text) => [text, text]],
    ['every second chunk garbled', (text, index) => [index % 2 ? text.slice(0, 40) : text]],
    ['a chunk that is binary', (text, index) => [index === 4 ? '\u0000\uffff{' : text]],
    ['negative counts', (text, index) => [index === 2 ? text.replace('"counts":[', '"counts":[-1,') : text]],
    ['counts that are no integers', (text, index) => [index === 2 ? text.replace('"counts":[', '"counts":[0.5,') : text]],
    ['live times that do not fit', (text, index) => [index === 2 ? text.replace('"liveNs":100000000', '"liveNs":[1,2]') : text]],
    ['chunks of another boot', (text, index) => [text.replace('boot-1', 'boot-0'), ...(index === 3 ? [] : [text])]],
    ['chunks of another scan on this topic', (text) => [text.replace('run-1', 'run-7'), text]],
  ];
  test.each(spoilings)('%s: nothing is missing, nothing twice', async (_name, spoil) => {
    rig = await new MqttRig().open();
    rig.spoilFirst('chunk', spoil);
    expectExact(await rig.over(rig.scan(command)));
    expect(rig.fake.scanOf('run-1')?.executions).toBe(1);
  });

  test('chunks that change places are put in order without asking again', async () => {
    rig = await new MqttRig().open();
    let held: string | null = null;
    rig.spoilFirst('chunk', (text, index) => {
      if (index % 3 === 1 && index < 10) {
        held = text;
        return [];
      }
      const out = held === null ? [text] : [text, held];
      held = null;
      return out;
    });
    expectExact(await rig.over(rig.scan(command)));
    expect(rig.driver.counters()).toMatchObject({ resends: 0, garbled: 0 });
  });

  test('a lost or garbled end report is asked for', async () => {
    for (const spoil of [() => [], () => ['{']]) {
      rig = await new MqttRig().open();
      rig.spoilFirst('end', spoil);
      expectExact(await rig.over(rig.scan(command)));
    }
  });

  test('a chunk that never comes ends the scan with link, after a bounded number of requests', async () => {
    rig = await new MqttRig({}, { maxResends: 3 }).open();
    rig.broker.tap = (parcel) =>
      parcel.topic.endsWith('/chunk') && parcel.payload.length && sequenceOf(parcel.payload) === 5 ? [] : [parcel];
    const { outcome, chunks } = await rig.over(rig.scan(command));
    expect(outcome).toMatchObject({ code: 'link' });
    expect(chunks).toHaveLength(5);
    expect(rig.driver.counters().resends).toBe(3);
  });

  test.each([
    ['outside the range', 40_000_000],
    ['inside the range, but not next', 20_600_000],
  ])('points %s end the scan with deviceFault', async (_name, fromUdeg) => {
    rig = await new MqttRig().open();
    rig.alterChunk(2, (chunk) => ({ ...chunk, fromUdeg }));
    const { outcome, chunks } = await rig.over(rig.scan(command));
    expect(outcome).toMatchObject({ code: 'deviceFault' });
    expect(chunks).toHaveLength(2);
  });

  test('too many or too few points end the scan with deviceFault', async () => {
    for (const changed of [[1], Array.from({ length: 12 }, () => 1)]) {
      rig = await new MqttRig().open();
      rig.alterChunk(10, (chunk) => ({ ...chunk, counts: changed.length === 1 ? chunk.counts : changed }));
      if (changed.length === 1) rig.alterChunk(9, (chunk) => ({ ...chunk, counts: chunk.counts.slice(0, 9) }));
      expect((await rig.over(rig.scan(command))).outcome).toMatchObject({ code: 'deviceFault' });
    }
  });

  test('a lost reply does not lead to a second measurement', async () => {
    rig = await new MqttRig().open();
    rig.fake.muted.add('scan');
    expectExact(await rig.over(rig.scan(command)));
    expect(rig.fake.received.filter(({ verb }) => verb === 'scan')).toHaveLength(1);
  });

  test('a lost command is sent again with the same id, after asking', async () => {
    rig = await new MqttRig().open();
    rig.fake.deaf.add('scan');
    const watched = rig.scan(command);
    await rig.clock.advance(2000);
    rig.fake.deaf.clear();
    expectExact(await rig.over(watched));
    const verbs = rig.fake.received.map(({ verb }) => verb);
    expect(verbs.slice(0, 4)).toEqual(['claim', 'find', 'find', 'scan']);
    expect(rig.fake.received[3]?.command.id).toBe('run-1.1');
  });

  test('the link may break during a scan and come back', async () => {
    rig = await new MqttRig({ paceMs: 500 }).open();
    const alerts: boolean[] = [];
    rig.driver.alerts().subscribe((alert) => alert.kind === 'link' && alerts.push(alert.active));
    const watched = rig.scan(command);
    await rig.clock.advance(1600);
    rig.bus.cut();
    await rig.clock.advance(2500);
    expect(alerts).toEqual([true]);
    rig.bus.mend();
    expectExact(await rig.over(watched));
    expect(alerts).toEqual([true, false]);
    expect(rig.fake.scanOf('run-1')?.executions).toBe(1);
  });

  test('the last will counts as a broken link; a link that stays down ends the scan with link', async () => {
    rig = await new MqttRig({ paceMs: 500 }, { linkGraceMs: 5000 }).open();
    const watched = rig.scan(command);
    await rig.clock.advance(1600);
    rig.fake.bus.cut();
    await rig.clock.advance(4000);
    expect(watched.outcome).toBe('running');
    await rig.clock.advance(1500);
    expect(watched.outcome).toMatchObject({ code: 'link' });
  });

  test('an instrument that is restarted has lost the scan', async () => {
    rig = await new MqttRig({ paceMs: 500 }).open();
    const watched = rig.scan(command);
    await rig.clock.advance(1600);
    rig.fake.restart();
    expect((await rig.over(watched)).outcome).toMatchObject({ code: 'link' });
    expect((await rig.clock.during(rig.driver.find('run-1', 1))).kind).toBe('lost');
    expectExact(await rig.over(rig.scan(command)));
  });

  test('an open interlock gives what was measured, then unsafe', async () => {
    rig = await new MqttRig({ paceMs: 500 }).open();
    const watched = rig.scan(command);
    await rig.clock.advance(1600);
    rig.fake.set({ interlockClosed: false });
    const { outcome, chunks } = await rig.over(watched);
    expect(outcome).toMatchObject({ code: 'unsafe' });
    expect(chunks).toHaveLength(3);
    expect((await rig.over(rig.scan(scanCommand({ requestId: 'run-2' })))).outcome).toMatchObject({ code: 'unsafe' });
    expect(rig.fake.scanOf('run-2')).toBeUndefined();
  });

  test('a scan cut short for another reason is a deviceFault', async () => {
    rig = await new MqttRig({ paceMs: 500 }).open();
    const watched = rig.scan(command);
    await rig.clock.advance(1600);
    rig.fake.cutShort('axis stalled');
    expect((await rig.over(watched)).outcome).toMatchObject({ code: 'deviceFault', message: expect.stringContaining('axis stalled') });
  });

  test('a scan that runs and gives nothing is given up at last', async () => {
    rig = await new MqttRig({ paceMs: 1e9 }).open();
    expect((await rig.over(rig.scan(command))).outcome).toMatchObject({ code: 'deviceFault' });
    rig.fake.cutShort('over');
  });

  test('the lease is kept over a scan longer than its term', async () => {
    rig = await new MqttRig({ paceMs: 5000 }, { leaseTtlMs: 6000 }).open();
    expectExact(await rig.over(rig.scan(command)));
    expect(rig.fake.received.filter(({ verb }) => verb === 'renew').length).toBeGreaterThan(20);
  });

  test('an instrument held by another client is busy', async () => {
    rig = await new MqttRig().open();
    rig.fake.lease = { id: 'other', clientId: 'somebody', ttlMs: 60_000, untilMs: 1e9 };
    expect((await rig.over(rig.scan(command))).outcome).toMatchObject({ code: 'busy' });
    expect(rig.fake.scans.size).toBe(0);
  });

  test('a lease that lapsed unnoticed is claimed anew', async () => {
    rig = await new MqttRig().open();
    await rig.over(rig.scan(command));
    rig.fake.lease = null;
    const again = await rig.over(rig.scan(scanCommand({ requestId: 'run-2' })));
    expect(again.outcome).toBe('whole');
  });

  test('what the wire cannot say is not sent', async () => {
    rig = await new MqttRig().open();
    for (const changes of [{ stepDeg: 0.02 / 3 }, { dwellS: 0.1 / 3 }, { requestId: 'x'.repeat(200) }, { attempt: 0.5 }]) {
      expect((await rig.over(rig.scan(scanCommand(changes)))).outcome).toMatchObject({ code: 'badInput' });
    }
    expect(rig.fake.received).toEqual([]);
  });

  test('nothing is left unacknowledged at the broker', async () => {
    rig = await new MqttRig().open();
    await rig.over(rig.scan(command));
    rig.broker.route({ topic: `${ROOT}/scan/nobody/1/chunk`, payload: new TextEncoder().encode('{}') }, false);
    await rig.clock.advance(10);
    expect(rig.bus.unacknowledged).toBe(0);
  });
});

function sequenceOf(payload: Uint8Array): number {
  return JSON.parse(new TextDecoder().decode(payload)).sequence;
}
