import { afterEach, describe, expect, test } from '@jest/globals';
import { prepare, startedD5000s, status, waitFor } from '../support/wires/d5000-client.ts';
import { executions } from '../support/wires/started-simulators.ts';

const d5000s = startedD5000s();

afterEach(d5000s.close);

describe('a scan', () => {
  test('starts where the axes stand, has one point more than steps, and is fetched and deleted', async () => {
    const { client, notes } = await d5000s.start();
    await prepare(client);
    expect(await client.ask('\x01SS50,1,0.02,10,0\r\x05')).toBe('\x01\r');
    expect(await client.ask('\x01SS50,1,0.02,10,0\r\x05')).toBe('\x01?12\r');
    const done = await waitFor(client, (field) => field(23) === '0');
    expect([done(1), done(2), done(24), done(25), done(26)]).toEqual(['21.000', '10.500', '0', '51', '']);
    const first = await client.ask('\x01MV20\r\x05');
    const rest = await client.ask('\x01MV100\r\x05');
    expect(first.slice(1)).toMatch(/^MV(\d+\.0000,){19}\d+\.0000\r$/);
    const values = [first, rest].flatMap((answer) => answer.slice(3, -1).split(',').map(Number));
    expect(values).toHaveLength(51);
    expect(values.every((value) => value > 0)).toBe(true);
    expect(await client.ask('\x01MV1\r\x05')).toBe('\x01MV\r');
    expect(notes.find(({ kind }) => kind === 'execution')!.fields).toMatchObject({ fromUdeg: 20e6, stepUdeg: 20_000, pointCount: 51 });
    expect(executions({ notes })).toBe(1);
    const counted = notes.filter(({ kind }) => kind === 'chunk').reduce((sum, { fields }) => sum + Number(fields['countsSum']), 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(counted);
  });

  test('with a closed shutter counts nothing', async () => {
    const { client } = await d5000s.start();
    await prepare(client);
    await client.ask('\x01TW0\r\x05');
    await client.ask('\x01SC10,1,0.02,10,0\r\x05');
    await waitFor(client, (field) => field(25) === '11');
    expect(await client.ask('\x01MV11\r\x05')).toBe(`\x01MV${Array(11).fill('0.0000').join(',')}\r`);
  });

  test('that is called to a halt has lost its values', async () => {
    const { client } = await d5000s.start({ speed: 20 });
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    await waitFor(client, (field) => Number(field(25)) > 3);
    expect(await client.ask('\x01HT10\r\x05')).toBe('\x01\r');
    const field = await waitFor(client, (one) => one(23) === '0');
    expect([field(24), field(25), field(26)]).toEqual(['0', '0', '4']);
  });

  test('of too short a dwell is refused where the instrument says so', async () => {
    const { client } = await d5000s.start({ minDwell: 0.8 });
    await prepare(client);
    expect(await client.ask('\x01SS50,0.79,0.02,10,0\r\x05')).toBe('\x01?3\r');
    expect(await client.ask('\x01SS50,0.8,0.02,10,0\r\x05')).toBe('\x01\r');
  });

  test('begun while an axis travels is aborted with the missing ready bits', async () => {
    const { client, notes } = await d5000s.start({ speed: 1 });
    await client.ask('\x01RC1\r\x05');
    await client.ask('\x01GO20.000,1\r\x05');
    expect(await client.ask('\x01SS50,1,0.02,10,0\r\x05')).toBe('\x01\r');
    const field = await status(client);
    expect([field(23), field(26), field(27)]).toEqual(['0', '1', '1']);
    expect(executions({ notes })).toBe(0);
  });
});
