import { afterEach, describe, expect, test } from '@jest/globals';
import type { EwaldError } from '../../../../src/domain/errors.ts';
import type { InstrumentAlert, SafetyState } from '../../../../src/ports/diffractometer.ts';
import { MqttRig, ROOT } from '../../../support/mqtt-rig.ts';
import { scanCommand } from '../../../support/scan-command.ts';

const encode = (message: object) => new TextEncoder().encode(JSON.stringify(message));

describe('what the instrument says of itself', () => {
  let rig: MqttRig;
  afterEach(() => rig.close());

  const openFails = async (): Promise<EwaldError> => {
    const opening = rig.driver.open(new AbortController().signal);
    return rig.clock.during(opening).then(
      () => {
        throw new Error('it opened');
      },
      (error) => error,
    );
  };

  test('nobody there: the error names the root', async () => {
    rig = new MqttRig();
    expect(await openFails()).toMatchObject({
      code: 'link',
      message: `no instrument answers under ${ROOT}`,
      remedy: 'start it or mend topicRoot',
    });
  });

  test('retained messages alone do not make an instrument', async () => {
    rig = new MqttRig();
    await rig.fake.start();
    rig.fake.stop();
    rig.fake.beating = false;
    expect(await openFails()).toMatchObject({ code: 'link', message: expect.stringContaining('what stands there is old') });
  });

  test('something else that talks there: garbled', async () => {
    rig = new MqttRig();
    rig.broker.route({ topic: `${ROOT}/birth`, payload: encode({ hello: 'world' }) }, true);
    expect(await openFails()).toMatchObject({ code: 'garbled' });
  });

  test('waiting for the instrument can be interrupted', async () => {
    rig = new MqttRig();
    const stop = new AbortController();
    const opening = rig.driver.open(stop.signal).catch((error) => error);
    await rig.clock.advance(100);
    stop.abort();
    expect(await rig.clock.during(opening, 1000)).toMatchObject({ code: 'interrupted' });
  });

  test('a last will of an earlier boot does not hide the instrument', async () => {
    rig = await new MqttRig().open();
    rig.fake.sendState('lost', 'boot-0');
    await rig.clock.advance(10);
    const watched = rig.scan(scanCommand());
    expect((await rig.over(watched)).outcome).toBe('whole');
  });

  test('identity comes from the birth, its clock moves on', async () => {
    rig = await new MqttRig().open();
    const before = await rig.driver.identity();
    await rig.clock.advance(2500);
    const after = await rig.driver.identity();
    expect(after).toMatchObject({ instrumentId: 'fake', bootId: 'boot-1', sampleId: 's1', simulated: true, clockSpeed: 1 });
    expect(after.clockS - before.clockS).toBeCloseTo(2.5, 6);
  });

  test('a live safety message is valid from its arrival for as long as it says', async () => {
    rig = await new MqttRig({ validForMs: 2000 }).open();
    const states: SafetyState[] = [];
    rig.driver.safety().subscribe((state) => states.push(state));
    await rig.clock.advance(1000);
    rig.fake.set({ doorsClosed: false });
    await rig.clock.advance(0);
    expect(states.at(-1)).toMatchObject({ doorsClosed: false, validUntilMs: rig.clock.monotonicMs() + 2000 });
  });

  test('old, repeated and retained safety messages make nothing fresh', async () => {
    rig = await new MqttRig().open();
    const states: SafetyState[] = [];
    rig.driver.safety().subscribe((state) => states.push(state));
    const last = JSON.parse(new TextDecoder().decode(rig.broker.retained.get(`${ROOT}/safety`)));
    rig.fake.beating = false;
    const known = states.length;
    await rig.clock.advance(100);
    rig.broker.route({ topic: `${ROOT}/safety`, payload: encode(last) }, false);
    rig.broker.route({ topic: `${ROOT}/safety`, payload: encode({ ...last, sequence: last.sequence - 1 }) }, false);
    rig.broker.route({ topic: `${ROOT}/safety`, payload: encode({ ...last, sequence: last.sequence + 9, bootId: 'boot-0' }) }, false);
    await rig.clock.advance(100);
    expect(states).toHaveLength(known);
    rig.bus.cut();
    rig.broker.retained.set(`${ROOT}/safety`, encode({ ...last, sequence: last.sequence + 1, interlockClosed: false }));
    rig.bus.mend();
    await rig.clock.advance(100);
    expect(states).toHaveLength(known + 1);
    expect(states.at(-1)).toMatchObject({ interlockClosed: false, validUntilMs: states[known - 1]?.validUntilMs });
  });

  test('a new boot makes the old safety data stale until it has spoken itself', async () => {
    rig = await new MqttRig().open();
    const states: SafetyState[] = [];
    rig.driver.safety().subscribe((state) => states.push(state));
    const before = rig.clock.monotonicMs();
    rig.fake.restart();
    await rig.clock.advance(0);
    expect(states.at(-2)?.validUntilMs).toBeLessThanOrEqual(before);
    expect(states.at(-1)?.validUntilMs).toBeGreaterThan(before);
  });

  test('alarms are told with what stands already, and when they are cleared, also behind our back', async () => {
    rig = await new MqttRig().open();
    rig.fake.alarm('a1', 'interlock', 'door 2 open');
    await rig.clock.advance(10);
    const alerts: InstrumentAlert[] = [];
    rig.driver.alerts().subscribe((alert) => alerts.push(alert));
    expect(alerts).toEqual([{ kind: 'interlock', message: 'door 2 open', active: true }]);
    rig.fake.alarm('a1', null);
    rig.fake.alarm('a2', 'generator', 'tube off');
    await rig.clock.advance(10);
    expect(alerts.slice(1)).toEqual([
      { kind: 'interlock', message: 'door 2 open', active: false },
      { kind: 'generator', message: 'tube off', active: true },
    ]);
    rig.bus.cut();
    rig.fake.alarm('a2', null);
    rig.bus.mend();
    await rig.clock.advance(1500);
    expect(alerts.filter(({ kind }) => kind === 'generator').at(-1)?.active).toBe(false);
  });

  test('makeSafe needs no lease, and asks again when the reply is lost', async () => {
    rig = await new MqttRig().open();
    rig.fake.muted.add('safe');
    const safing = rig.driver.makeSafe('test');
    await rig.clock.advance(3500);
    rig.fake.muted.clear();
    await rig.clock.during(safing);
    expect(rig.fake.received.filter(({ verb }) => verb === 'safe').length).toBeGreaterThan(1);
    expect(rig.fake.received.every(({ command }) => command.leaseId === null)).toBe(true);
  });

  test('makeSafe believes the shutter, not the command', async () => {
    rig = await new MqttRig({ paceMs: 500 }).open();
    rig.fake.shutterSticks = true;
    const watched = rig.scan(scanCommand());
    await rig.clock.advance(1200);
    const safing = rig.driver.makeSafe('test').catch((error) => error);
    expect(await rig.clock.during(safing)).toMatchObject({ code: 'unsafe', message: expect.stringContaining('open') });
    rig.fake.shutterSticks = false;
    await rig.clock.during(rig.driver.makeSafe('again').catch((error) => error));
    expect((await rig.over(watched)).outcome).toMatchObject({ code: 'unsafe' });
  });

  test('makeSafe says so when the link stays down, and waits for it when it comes back', async () => {
    rig = await new MqttRig().open();
    rig.bus.cut();
    expect(await rig.clock.during(rig.driver.makeSafe('test').catch((error) => error))).toMatchObject({ code: 'unsafe' });
    const safing = rig.driver.makeSafe('test');
    await rig.clock.advance(1000);
    rig.bus.mend();
    await rig.clock.during(safing);
  });

  test('makeSafe of an instrument never reached is not claimed', async () => {
    rig = new MqttRig();
    expect(await rig.clock.during(rig.driver.makeSafe('test').catch((error) => error))).toMatchObject({ code: 'unsafe' });
  });
});
