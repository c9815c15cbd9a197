import { describe, expect, test } from '@jest/globals';
import {
  closeShutter,
  fetchValues,
  halts,
  initialise,
  moveTo,
  readDrive,
  readState,
  startScan,
} from '../../../drivers/daco-mp/commands.ts';
import { readCounts } from '../../../drivers/daco-mp/counted.ts';
import { refusalOf } from '../../../drivers/daco-mp/error-table.ts';
import { encodeCommand, FrameReader } from '../../../drivers/daco-mp/frames.ts';
import { readReply, readValues } from '../../../drivers/daco-mp/replies.ts';
import { readStatus } from '../../../drivers/daco-mp/status-fields.ts';
import { alarmsOf, isGeneratorOn, isScanning, shutterOf } from '../../../drivers/daco-mp/words.ts';

/**
 * Bytes written by hand from the public description of the wire (the D5000 side of the D500 proxy of Randau, Mayr and Kreuzpaintner, and the D8
 * driver of MX), with no code of the driver.
 */
const hex = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('commands as bytes', () => {
  const words = { pointCount: 501, dwellS: 1.5, stepDeg: 0.02, axis: 10, mode: 0 };
  test.each([
    [readState, '01 53 54 0d 05'],
    [closeShutter, '01 54 57 30 0d 05'],
    [fetchValues(12), '01 4d 56 31 32 0d 05'],
    [initialise(2), '01 49 4e 32 0d 05'],
    [moveTo('d5000', 1, 20, 5), '01 47 4f 32 30 2e 30 30 30 2c 31 0d 05'],
    [moveTo('d8', 1, 20, 5), '01 47 4f 31 2c 32 30 2e 30 30 30 2c 35 0d 05'],
    [readDrive(1), '01 53 54 36 0d 05'],
    // 501 points are 500 steps.
    [startScan('step', words), '01 53 53 35 30 30 2c 31 2e 35 30 30 2c 30 2e 30 32 30 30 2c 31 30 2c 30 0d 05'],
    [startScan('continuous', words), '01 53 43 35 30 30 2c 31 2e 35 30 30 2c 30 2e 30 32 30 30 2c 31 30 2c 30 0d 05'],
  ])('%o', (command, expected) => {
    expect(hex(encodeCommand(command.text, 'soh-enq'))).toBe(expected);
  });

  test('a line without SOH and ENQ', () => {
    expect(hex(encodeCommand('RV', 'line'))).toBe('52 56 0d');
  });

  test('the D5000 halts drive by drive, the D8 as a whole', () => {
    expect(halts('d5000', 10).map(({ text }) => text)).toEqual(['HT10', 'HT1', 'HT2']);
    expect(halts('d8', 10).map(({ text }) => text)).toEqual(['HT']);
  });

  test('what moves or starts is never sent again by itself', () => {
    expect(moveTo('d5000', 1, 20, 5).repeat).toBe('onceOnly');
    expect(startScan('step', words).repeat).toBe('onceOnly');
    expect(fetchValues(1).repeat).toBe('onceOnly');
  });
});

describe('frames', () => {
  const frames = (text: string) => new FrameReader('soh-enq').push(bytes(text));
  test('an acknowledgement, a refusal and data in one piece', () => {
    expect(frames('\u0001\r\u0001?3\r\u0001MV12.0000,13.0000\r')).toEqual(['', '?3', 'MV12.0000,13.0000']);
  });
  test('byte by byte', () => {
    const reader = new FrameReader('soh-enq');
    expect([...bytes('\u0001ST17\r')].flatMap((byte) => reader.push(Uint8Array.of(byte)))).toEqual(['ST17']);
  });
  test('what stands between frames is dropped, also the zero that some proxies add', () => {
    expect(frames('xx\r\u0001ST1\r\u0000\n\u0001\r')).toEqual(['ST1', '']);
  });
  test('a frame whose end was lost is broken, and the next is whole', () => {
    expect(frames('\u0001MV12.00\u0001ST1\r')).toEqual([null, 'ST1']);
  });
  test('a byte that is no text breaks the frame', () => {
    expect(frames('\u0001MV1\u009f.0000\r')).toEqual([null]);
  });
  test('a frame without an end takes no memory', () => {
    expect(new FrameReader('soh-enq').push(bytes(`\u0001${'1'.repeat(100_000)}\r`))).toEqual([null]);
  });
  test('lines: the empty one is an acknowledgement', () => {
    expect(new FrameReader('line').push(bytes('\rRVD8-Diffractometer V3\r\n'))).toEqual(['', 'RVD8-Diffractometer V3']);
  });
});

describe('answers', () => {
  test('the three forms', () => {
    expect(readReply('')).toEqual({ kind: 'done' });
    expect(readReply('?15')).toEqual({ kind: 'refused', code: 15 });
    expect(readReply('ST12.5')).toEqual({ kind: 'data', letters: 'ST', text: '12.5' });
    for (const none of ['?', '?abc', '?123', 'st1', '1ST', ' ']) expect(readReply(none)).toBeNull();
  });

  test('values have four decimals; none is no value', () => {
    expect(readValues('12.0000,345.0000')).toEqual([12, 345]);
    expect(readValues('')).toEqual([]);
    for (const broken of ['12', '12.000', '-3.0000', '12.0000,,13.0000', '12.000013.0000', '1e5']) expect(readValues(broken)).toBeNull();
  });

  test('counts are whole, plausible and exactly as many as were asked for', () => {
    const asCounts = { values: 'counts', maxRateCps: 1e6 } as const;
    expect(readCounts('12.0000,13.0000', 2, 1, asCounts)).toEqual([12, 13]);
    expect(readCounts('12.0000', 2, 1, asCounts)).toBeNull();
    expect(readCounts('12.5000', 1, 1, asCounts)).toBeNull();
    expect(readCounts('2000000.0000', 1, 1, asCounts)).toBeNull();
    const asRates = { values: 'countsPerS', maxRateCps: 1e6 } as const;
    expect(readCounts('3.3333', 1, 3, asRates)).toEqual([10]);
    expect(readCounts('3.4000', 1, 3, asRates)).toBeNull();
  });

  test('every error code has a sentence and a remedy', () => {
    for (let code = 0; code <= 31; code++) {
      const error = refusalOf(code, 'GO20.000,1');
      expect(error.message).toMatch(new RegExp(`error ${code} to GO20.000,1`));
      expect(error.remedy).not.toBe('');
    }
    expect(refusalOf(10, 'GO').message).toMatch(/not initialised/);
    expect(refusalOf(13, 'GO').code).toBe('busy');
    expect(refusalOf(25, 'TW1').message).toMatch(/generator/);
  });
});

describe('the status', () => {
  // As the proxy writes it: empty fields for what is not installed, one comma more at the end.
  const status = '30.000,15.000,0.000,0.000,,,,,,0,,250.000,1.000,0,,,,24579,0,0,0,2,4,120,3,,,,';
  test('its fields', () => {
    expect(readStatus(status)).toEqual({
      twoThetaDeg: 30,
      thetaDeg: 15,
      countRateCps: 250,
      ready: 24579,
      warnings: 0,
      alarms: 0,
      trapped: 0,
      mode: 2,
      sequence: 4,
      remainingSteps: 120,
      storedValues: 3,
      abortReason: 0,
      missingReadies: 0,
      pendingAlarms: 0,
    });
    expect(isScanning(readStatus(status)!)).toBe(true);
  });

  test('an axis that is not initialised has no angle', () => {
    expect(readStatus(status.replace('30.000', '--.---'))?.twoThetaDeg).toBeNull();
  });

  test('one field too few or too many, or one that is no number, is no status', () => {
    expect(readStatus(status.slice(status.indexOf(',') + 1))).toBeNull();
    expect(readStatus(`${status},`)).toBeNull();
    expect(readStatus(status.replace(',4,120', ',4,12x'))).toBeNull();
    expect(readStatus(status.replace(',4,120', ',4,'))).toBeNull();
    expect(readStatus(status.replace('30.000', '430.000'))).toBeNull();
    expect(readStatus('17')).toBeNull();
  });

  test('alarms fire, bit by bit, and those that mean no X-rays say so', () => {
    const withAlarms = (alarms: number) => readStatus(status.replace(',24579,0,0,', `,24579,0,${alarms},`))!;
    for (const bit of [1, 2, 4, 8, 16, 32, 128]) expect(alarmsOf(withAlarms(bit))).toHaveLength(1);
    expect(alarmsOf(withAlarms(16 | 32 | 8)).map(({ kind }) => kind)).toEqual(['device', 'generator', 'generator']);
    for (const bit of [16, 32, 128]) expect(isGeneratorOn(withAlarms(bit), false)).toBe(false);
    expect(alarmsOf(withAlarms(4096))[0]!.message).toMatch(/does not know/);
    expect(alarmsOf(withAlarms(64))).toEqual([]);
  });

  test('the shutter: "in position" means nothing before a command, "open" means itself', () => {
    const ready = readStatus(status)!;
    const moving = readStatus(status.replace('24579', '8195'))!;
    expect(shutterOf(ready, null, 'inPosition')).toBe('unknown');
    expect(shutterOf(ready, 'open', 'inPosition')).toBe('open');
    expect(shutterOf(ready, 'closed', 'inPosition')).toBe('closed');
    expect(shutterOf(moving, 'closed', 'inPosition')).toBe('unknown');
    expect(shutterOf(ready, null, 'open')).toBe('open');
    expect(shutterOf(moving, null, 'open')).toBe('closed');
    expect(shutterOf({ ...ready, alarms: 64 }, 'open', 'inPosition')).toBe('closed');
  });
});
