import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { patientClock } from '../support/patient-clock.ts';
import { prepare, startedD5000s, status, waitFor } from '../support/wires/d5000-client.ts';
import { executions, took } from '../support/wires/started-simulators.ts';

const clock = patientClock();
const d5000s = startedD5000s();

afterEach(d5000s.close);

describe('faults', () => {
  test('a door that opens during a scan aborts it, and the shutter is not where it was sent', async () => {
    const { client, simulator, notes } = await d5000s.start({}, '- {fault: door-opens, atPoint: 20}');
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    const field = await waitFor(client, (one) => one(26) !== '');
    expect([field(20), field(25), field(26), field(28)]).toEqual(['64', '21', '2', '64']);
    expect(Number(field(18)) & (1 << 14)).toBe(0);
    expect(await client.ask('\x01TW1\r\x05')).toBe('\x01?20\r');
    expect(notes.some(({ kind, fields }) => kind === 'beam' && fields['unsafe'] === true)).toBe(false);
    expect(took({ simulator })).toEqual(['the door opened while the shutter was open']);
  });

  test.each([
    ['generator-trip', '144'],
    ['water-alarm', '48'],
    ['high-voltage-alarm', '1'],
  ])('%s shows in the alarm word', async (fault, alarms) => {
    const { client } = await d5000s.start({}, `- {fault: ${fault}, atPoint: 20}`);
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    expect((await waitFor(client, (one) => one(26) !== ''))(20)).toBe(alarms);
  });

  test('an operator who takes local control ends the scan and remote control', async () => {
    const { client } = await d5000s.start({}, '- {fault: local-control, atPoint: 20}');
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    expect((await waitFor(client, (one) => one(26) !== ''))(22)).toBe('0');
    expect(await client.ask('\x01GO20.000,1\r\x05')).toBe('\x01?4\r');
    expect(await client.ask('\x01RC1\r\x05')).toBe('\x01?13\r');
  });

  test('a second master and the service switch keep remote control', async () => {
    const { client } = await d5000s.start({}, '- {fault: second-master, atS: 0}');
    await clock.sleep(60);
    expect(await client.ask('\x01RC1\r\x05')).toBe('\x01?15\r');
    const other = await d5000s.start({}, '- {fault: service-switch, atS: 0}');
    await clock.sleep(60);
    expect(await other.client.ask('\x01RC1\r\x05')).toBe('\x01?13\r');
  });

  test('the reply to a scan gets lost: it runs once, and a blind repetition is refused', async () => {
    const { client, notes, simulator } = await d5000s.start({}, '- {fault: lost-reply, atS: 0, options: {to: SS}}');
    await prepare(client);
    await expect(client.ask('\x01SS500,1,0.02,10,0\r\x05', 200)).rejects.toThrow('in vain');
    expect(await client.ask('\x01SS500,1,0.02,10,0\r\x05')).toBe('\x01?12\r');
    expect(executions({ notes })).toBe(1);
    expect(took({ simulator })).toEqual(['the reply to SS500,1,0.02,10,0 was lost']);
  });

  test.each([
    ['- {fault: lost-command, atS: 0, options: {to: ST25}}', ''],
    ['- {fault: repeated-reply, atS: 0, options: {to: ST25}}', '\x01ST0\r\x01ST0\r'],
    ['- {fault: garbled-reply, atS: 0, options: {to: ST25, how: cut}}', '\x01S'],
    ['- {fault: garbled-reply, atS: 0, options: {to: ST25}}', '\x01\x13\x14p\r'],
    ['- {fault: foreign-reply, atS: 0, options: {to: ST25}}', '\x01\r'],
    ['- {fault: half-open-link, atS: 0}', ''],
  ])('%s', async (schedule, heard) => {
    const { client, simulator } = await d5000s.start({}, schedule);
    await clock.sleep(60);
    client.send('\x01RC1\r');
    await clock.sleep(40);
    client.heard = '';
    client.send('\x01ST25\r');
    await clock.sleep(60);
    expect(client.heard).toBe(heard);
    expect(took({ simulator })).toHaveLength(1);
  });

  test('a late reply comes late', async () => {
    const { client } = await d5000s.start({}, '- {fault: late-reply, atS: 0, options: {to: ST25, byWallS: 0.2}}');
    await clock.sleep(60);
    client.send('\x01ST25\r');
    await clock.sleep(100);
    expect(client.heard).toBe('');
    await client.until(() => client.heard === '\x01ST0\r', 'the late reply');
  });

  test('axes that stop at a switch, lose themselves, freeze, miss, or are ready too early', async () => {
    const limit = await d5000s.start({}, '- {fault: limit-switch, atPoint: 20}');
    await prepare(limit.client);
    await limit.client.ask('\x01SS500,1,0.02,10,0\r\x05');
    expect((await waitFor(limit.client, (one) => one(26) !== ''))(26)).toBe('3');
    expect(await limit.client.ask('\x01GO50.000,1\r\x05')).toBe('\x01?11\r');
    expect(await limit.client.ask('\x01GO10.000,1\r\x05')).toBe('\x01\r');

    const miss = await d5000s.start({}, '- {fault: off-target, atS: 0, options: {byDeg: 0.25}}');
    await clock.sleep(60);
    await prepare(miss.client);
    expect((await status(miss.client))(1)).toBe('20.250');
    expect(took(miss)).toHaveLength(1);

    const lost = await d5000s.start({}, '- {fault: lost-initialisation, atS: 0}');
    await clock.sleep(60);
    expect((await status(lost.client))(1)).toBe('--.---');

    const frozen = await d5000s.start({}, '- {fault: encoder-freeze, atS: 0}');
    await clock.sleep(60);
    await prepare(frozen.client);
    expect((await status(frozen.client))(1)).toBe('0.000');

    const early = await d5000s.start({ speed: 10 }, '- {fault: early-ready, atS: 0, options: {byS: 3}}');
    await clock.sleep(60);
    await early.client.ask('\x01RC1\r');
    await early.client.ask('\x01GO20.000,1\r');
    const field = await waitFor(early.client, (one) => (Number(one(18)) & 1) === 1);
    expect(Number(field(1))).toBeLessThan(19);
  });

  test('an unplugged port is gone for its driver and comes back, under another name where that is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ewald-pty-'));
    d5000s.also(() => rmSync(folder, { recursive: true }));
    const link = join(folder, 'ttyD5000');
    const { client, simulator } = await d5000s.start(
      { link },
      '- {fault: unplugged-port, atS: 20, options: {forWallS: 0.3, renamed: true}}',
    );
    expect(await client.ask('\x01ST25\r')).toBe('\x01ST0\r');
    await client.until(() => client.isGone, 'the end of the line');
    expect(existsSync(link)).toBe(false);
    await client.until(() => took({ simulator }).length === 2, 'the plug');
    expect(simulator.address()['path']).toBe(`${link}-1`);
    const again = d5000s.open(simulator);
    expect(await again.ask('\x01ST25\r')).toBe('\x01ST0\r');
  });

  test('XOFF for ever and a short buffer leave words without an answer', async () => {
    const { client } = await d5000s.start({}, '- {fault: endless-xoff, atS: 20}');
    await client.until(() => client.heard === '\x13', 'the XOFF');
    await expect(client.ask('\x01ST25\r', 100)).rejects.toThrow('in vain');
    const short = await d5000s.start({}, '- {fault: short-buffer, atS: 0}');
    await clock.sleep(60);
    await expect(short.client.ask('\x01SS500,1,0.02,10,0\r\x05', 100)).rejects.toThrow('in vain');
    expect(took(short)).toEqual(['4 bytes did not fit into the buffer and were lost']);
  });

  test('a fault that this wire does not have is refused in one sentence', async () => {
    await expect(d5000s.start({}, '- {fault: lost-chunk, atS: 0}')).rejects.toMatchObject({
      code: 'badInput',
      message: 'the fault lost-chunk needs the messages of the native contract',
    });
  });
});
