import { afterEach, describe, expect, test } from '@jest/globals';
import { patientClock } from '../support/patient-clock.ts';
import { startedD5000s, waitFor } from '../support/wires/d5000-client.ts';

const clock = patientClock();
const d5000s = startedD5000s();

afterEach(d5000s.close);

describe('the D5000 dialect, byte by byte', () => {
  test.each([
    ['\x01RC1\r\x05', '\x01\r'],
    ['\x01GO20.000,1\r\x05', '\x01?4\r'],
    ['\x01RC1\r\x05|\x01XX\r', '\x01?1\r'],
    ['\x01RC1\r\x05|\x01IN0\r\x05', '\x01?1\r'],
    ['\x01RC1\r\x05|\x01GO\r\x05', '\x01?2\r'],
    ['\x01RC1\r\x05|\x01GOabc,1\r\x05', '\x01?3\r'],
    ['\x01RC1\r\x05|\x01GO170.000,1\r\x05', '\x01?3\r'],
    ['\x01RC1\r\x05|\x01SU1\r\x05', '\x01?7\r'],
    ['\x01RC1\r\x05|\x01GO1.000,6\r\x05', '\x01?8\r'],
    ['\x01RC1\r\x05|\x01SU\r\x05|\x01GO20.000,1\r\x05', '\x01?6\r'],
    ['\x01RC1\r\x05|\x01SU\r\x05|\x01QU\r\x05|\x01GO20.000,1\r\x05', '\x01\r'],
    ['\x01RC1\r\x05|\x01HV1,900\r\x05', '\x01\r'],
    ['\x01RC1\r\x05|\x01SL0\r\x05|\x01ST10\r\x05', '\x01ST1\r'],
    ['\x01ST25\r\x05', '\x01ST0\r'],
    ['\x01ST12\r\x05', '\x01ST0.000\r'],
    ['\x01ST29\r\x05', '\x01?3\r'],
    ['noise\x01ST\x01ST25\r', '\x01ST0\r'],
  ])('to %j the last answer is %j', async (words, last) => {
    const { client } = await d5000s.start();
    let answer = '';
    for (const word of words.split('|')) answer = await client.ask(word);
    expect(answer).toBe(last);
  });

  test('the status has 28 fields, and what is not there stays empty', async () => {
    const { client } = await d5000s.start();
    expect(await client.ask('\x01ST\r\x05')).toBe('\x01ST0.000,0.000,0.000,0.000,,,,,,0,,0.000,0.000,0,,,,27151,0,0,0,0,0,0,0,,,,\r');
  });

  test('without initialisation angles are dashes and nothing moves until the reference run', async () => {
    const { client } = await d5000s.start({ initialised: 'no' });
    expect(await client.ask('\x01ST1\r')).toBe('\x01ST--.---\r');
    await client.ask('\x01RC1\r');
    expect(await client.ask('\x01GO20.000,1\r')).toBe('\x01?10\r');
    expect(await client.ask('\x01IN1\r')).toBe('\x01\r');
    await waitFor(client, (field) => field(1) === '0.000');
    expect(await client.ask('\x01GO20.000,1\r')).toBe('\x01\r');
  });

  test('a later ENQ asks for the last answer again, one that comes with its word does not', async () => {
    const { client } = await d5000s.start();
    expect(await client.ask('\x01ST25\r\x05')).toBe('\x01ST0\r');
    await clock.sleep(80);
    expect(client.heard).toBe('');
    expect(await client.ask('\x05')).toBe('\x01ST0\r');
  });

  test('XOFF from the host holds the answer back until XON', async () => {
    const { client } = await d5000s.start();
    client.send('\x13\x01ST25\r');
    await clock.sleep(60);
    expect(client.heard).toBe('');
    expect(await client.ask('\x11')).toBe('\x01ST0\r');
  });
});

describe('the D8 dialect, byte by byte', () => {
  test.each([
    ['RC1\r', '\r'],
    ['RV\r', 'RVD8-Diffractometer V2.0 simulated\r'],
    ['AV1\r', 'AV0.0000\r'],
    ['GO1,20.0,1\r', '?4\r'],
    ['RC1\r|GO1,20.0,100\r', '\r'],
    ['RC1\r|GO1,20.0,100\r|ST6\r', 'ST1\r'],
    ['RC1\r|AV1,5.5\r|AV1\r', 'AV5.5000\r'],
    ['RC1\r|FR1,U\r', '\r'],
    ['RC1\r|FR1,X\r', '?3\r'],
    ['RC1\r|HT\r', '\r'],
  ])('to %j the last answer is %j', async (words, last) => {
    const { client } = await d5000s.start({ dialect: 'd8', speed: 1 });
    let answer = '';
    for (const word of words.split('|')) answer = await client.ask(word);
    expect(answer).toBe(last);
  });

  test('without initialisation a position is 0.--', async () => {
    const { client } = await d5000s.start({ dialect: 'd8', initialised: 'no' });
    expect(await client.ask('AV1\r')).toBe('AV0.--\r');
  });
});
