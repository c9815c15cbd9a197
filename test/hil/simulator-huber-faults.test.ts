import { afterEach, describe, expect, test } from '@jest/globals';
import { patientClock } from '../support/patient-clock.ts';
import { ask, frame, type HuberPair, hex, number, startedHuberPairs, sum, words } from '../support/wires/huber-pair.ts';

const clock = patientClock();
const pairs = startedHuberPairs();

afterEach(pairs.close);

const effects = ({ simulator }: HuberPair): number[] => simulator.faultRecords().map((record) => record.effects.length);

describe('faults', () => {
  test('saturation: strips lose counts, 16 bits roll over, and no number tells', async () => {
    const calm = await frame(await pairs.start());
    const instrument = await pairs.start({}, '- {fault: saturation, atS: 0, options: {factor: 1000}}');
    const counts = await frame(instrument);
    expect(sum(counts) / sum(calm)).toBeLessThan(990);
    expect(sum(counts) / sum(calm)).toBeGreaterThan(500);
    await number(instrument.dcs, '-nbits 16');
    await number(instrument.dcs, '-start');
    expect(Math.max(...(await words(instrument.dcs, '-readout')))).toBeLessThan(65_536);
    expect(instrument.notes.filter(({ kind }) => kind === 'frame')[1]!.fields['rolledOver']).toBeGreaterThan(1000);
    expect(effects(instrument)).toEqual([1]);
  });

  test('hot-strip: one strip runs away', async () => {
    const instrument = await pairs.start({}, '- {fault: hot-strip, atS: 0, options: {channel: 100, cps: 500000}}');
    const counts = await frame(instrument);
    expect(counts.indexOf(Math.max(...counts))).toBe(100);
    expect(counts[100]! / 1e7).toBeCloseTo(0.5 / 1.1, 2);
    expect(effects(instrument)).toEqual([1]);
  });

  test('dead-strips: they count nothing and are not called bad', async () => {
    const instrument = await pairs.start({}, '- {fault: dead-strips, atS: 0, options: {channel: 200, count: 8}}');
    const counts = await frame(instrument);
    const bad = await words(instrument.dcs, '-get badchannels');
    expect(counts.slice(200, 208).filter((count, i) => !bad[200 + i] && count !== 0)).toEqual([]);
    expect(effects(instrument)).toEqual([1]);
  });

  test('threshold-drift: the same light gives half the counts', async () => {
    const calm = await frame(await pairs.start());
    const instrument = await pairs.start({}, '- {fault: threshold-drift, atS: 0}');
    expect(sum(await frame(instrument)) / sum(calm)).toBeCloseTo(0.5, 1);
    expect(effects(instrument)).toEqual([1]);
  });

  test.each([
    ['frame', 1280, -1],
    ['number', 1, -6],
  ])('readout-failed as a %s: %i numbers come', async (how, count, value) => {
    const instrument = await pairs.start({}, `- {fault: readout-failed, atS: 0, options: {how: ${how}}}`);
    await number(instrument.dcs, '-start');
    expect(new Set(await words(instrument.dcs, '-readout', count))).toEqual(new Set([value]));
    expect(await number(instrument.dcs, '-get nbits')).toBe(24);
    expect(effects(instrument)).toEqual([1]);
  });

  test('half-reply: the next reply comes into the gap', async () => {
    const instrument = await pairs.start({}, "- {fault: half-reply, atS: 0, options: {to: '-get time'}}");
    const { dcs } = instrument;
    dcs.send('-get time');
    expect(hex(await dcs.take(4))).toBe('80969800');
    dcs.send('-get nbits');
    expect(hex(await dcs.take(4))).toBe('18000000');
    expect(effects(instrument)).toEqual([1]);
  });

  test('half-reply with a rest: the rest comes later', async () => {
    const { dcs } = await pairs.start({}, "- {fault: half-reply, atS: 0, options: {to: '-readout', restAfterWallS: 0.05}}");
    await number(dcs, '-start');
    dcs.send('-readout');
    await dcs.take(2560);
    expect(dcs.heard).toHaveLength(0);
    expect(await dcs.take(2560)).toHaveLength(2560);
  });

  test('lost-command, lost-reply and repeated-reply reach either device by how the request begins', async () => {
    const schedule = [
      '- {fault: lost-command, atS: 0, options: {to: goto1}}',
      "- {fault: lost-reply, atS: 0, options: {to: '?p1'}}",
      "- {fault: repeated-reply, atS: 0, options: {to: '-get status'}}",
    ];
    const instrument = await pairs.start({}, schedule.join('\n'));
    const { smc, dcs } = instrument;
    smc.send('goto1:10\r\n?p1\r\n');
    expect(await ask(smc, '?s1')).toBe('1:1203;\r\n');
    dcs.send('-get status');
    expect(hex(await dcs.take(8))).toBe('0000010000000100');
    await clock.sleep(20);
    expect(await ask(smc, '?p1')).toBe('1:0;\r\n');
    expect(effects(instrument)).toEqual([1, 1, 1]);
  });

  test.each(['off-target', 'limit-switch', 'encoder-freeze'])('%s takes effect', async (fault) => {
    const instrument = await pairs.start({ speed: 100 }, `- {fault: ${fault}, atS: 0}`);
    const { smc } = instrument;
    await clock.sleep(50);
    smc.send('goto1:20\r\n');
    let state = 0;
    for (let tries = 0; tries < 400; tries++) {
      state = Number((await ask(smc, '?s1')).slice(2, -3));
      if (tries > 40 && (state & 129) === 129) break;
      await clock.sleep(5);
    }
    expect(state & (fault === 'limit-switch' ? 8 : 512)).not.toBe(0);
    expect(effects(instrument)).toEqual([1]);
  });

  test('early-ready: the state says ready while the encoder is still on its way', async () => {
    const instrument = await pairs.start({ speed: 10 }, '- {fault: early-ready, atS: 0, options: {byS: 3}}');
    const { smc } = instrument;
    smc.send('goto1:30\r\n');
    await clock.sleep(40);
    let state = 0;
    for (let tries = 0; tries < 400 && (state & 129) !== 129; tries++) {
      await clock.sleep(5);
      state = Number((await ask(smc, '?s1')).slice(2, -3));
    }
    expect(Number((await ask(smc, '?e1')).slice(2, -3))).toBeLessThan(29);
    expect(effects(instrument)).toEqual([1]);
  });

  test('of an axis that there is not are refused at the start', async () => {
    await expect(pairs.start({}, '- {fault: limit-switch, atS: 0, options: {axis: 3}}')).rejects.toThrow(/no axis 3/);
  });

  test('door-opens in the middle of a frame: it is whole, half of it dark', async () => {
    const instrument = await pairs.start({}, '- {fault: door-opens, scan: 1, atPoint: 639}');
    const calm = await frame(await pairs.start());
    const counts = await frame(instrument);
    expect(sum(counts) / sum(calm)).toBeCloseTo(0.5, 1);
    const noted = instrument.notes.find(({ kind }) => kind === 'frame')!.fields;
    expect(noted).toMatchObject({ exposureS: expect.closeTo(10, 6) });
    expect(noted['litS']).toBeCloseTo(5, 1);
    expect(instrument.notes.filter(({ kind, fields }) => kind === 'beam' && fields['unsafe'] === true)).toEqual([]);
    expect(effects(instrument)).toEqual([1]);
  });

  test('local-control: targets are refused, what counts goes on', async () => {
    const instrument = await pairs.start({}, '- {fault: local-control, atS: 0}');
    await clock.sleep(50);
    instrument.smc.send('goto1:10\r\n');
    expect(await ask(instrument.smc, '?err1')).toBe('1:31 locked by the operator\r\n');
    await number(instrument.dcs, '-start');
    await words(instrument.dcs, '-readout');
  });

  test('half-open-link: neither device says anything', async () => {
    const { smc, dcs, simulator } = await pairs.start({ speed: 100 }, '- {fault: half-open-link, atS: 30}');
    await smc.until(() => simulator.faultRecords()[0]!.effects.length > 0, 'the fault');
    smc.send('?v\r\n');
    dcs.send('-get version');
    await clock.sleep(30);
    expect([smc.heard.length, dcs.heard.length, smc.isGone, dcs.isGone]).toEqual([0, 0, false, false]);
  });

  test('crash: both devices are gone and the shutter is closed', async () => {
    const { smc, dcs, simulator } = await pairs.start({}, '- {fault: crash, scan: 1, atPoint: 100}');
    await number(dcs, '-start');
    await smc.until(() => smc.isGone && dcs.isGone, 'the end of both connections');
    expect(simulator.device.circuitState().shutter).toBe('closed');
  });
});
