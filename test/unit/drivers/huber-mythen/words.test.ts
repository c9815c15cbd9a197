import { describe, expect, test } from '@jest/globals';
import {
  askBadChannels,
  askVersion as askMythenVersion,
  askStatus,
  askThreshold,
  askTicks,
  BAD_CHANNEL,
  errorIn,
  readOut,
  STATUS,
  setThreshold,
  setTicks,
  startCounting,
  stopCounting,
  switchOff,
} from '../../../../drivers/huber-mythen/mythen-words.ts';
import {
  askAngle,
  askError,
  askState,
  askVersion,
  faultOf,
  gotoText,
  isReady,
  limitOf,
} from '../../../../drivers/huber-mythen/smc-words.ts';

const bytes = (hex: string) => new DataView(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer);

describe('the goniometer', () => {
  test('commands and questions are written as its public drivers write them', () => {
    expect(gotoText(1, 12.5)).toBe('goto1:12.5000');
    expect(gotoText(2, -0.00004)).toBe('goto2:-0.0000');
    expect([askState(1).text, askAngle(1, 'motor').text, askAngle(2, 'encoder').text, askError(1).text, askVersion.text]).toEqual([
      '?s1',
      '?p1',
      '?e2',
      '?err1',
      '?v',
    ]);
  });

  test('answers are read, with and without the semicolon', () => {
    expect(askVersion.read('smc 1.2.1093')).toBe('smc 1.2.1093');
    expect(askState(1).read('1:177;')).toBe(177);
    expect(askState(1).read('1:177')).toBe(177);
    expect(askAngle(1, 'motor').read('1:181.8506;')).toBe(181.8506);
    expect(askAngle(1, 'encoder').read('1:-3.1e-05;')).toBe(-3.1e-5);
    expect(askError(1).read('1:1500 limit switch error')).toEqual({ code: 1500, text: 'limit switch error' });
    expect(askError(1).read('1:0')).toEqual({ code: 0, text: '' });
  });

  test.each([
    ['2:177;', 'of another axis'],
    ['177', 'without an axis'],
    ['1:177.0;', 'an angle in place of a state'],
    ['1:-1;', 'negative'],
    ['1:99999999;', 'bits that no state has'],
    ['1:;', 'empty'],
    ['1:177;;2', 'two in one'],
    ['smc 1.2.1093', 'a banner'],
  ])('%s is no state: %s', (line) => {
    expect(askState(1).read(line)).toBeNull();
  });

  test.each(['1:12.5.1;', '1:1e99;', '1:;', '1:abc;', '2:12.5;', '1:12,5;'])('%s is no angle', (line) => {
    expect(askAngle(1, 'motor').read(line)).toBeNull();
  });

  test('ready needs both bits, and none that says otherwise', () => {
    expect([1 + 128, 1 + 128 + 16 + 32].map(isReady)).toEqual([true, true]);
    expect([1, 128, 1 + 128 + 64, 1 + 128 + 256].map(isReady)).toEqual([false, false, false, false]);
  });

  test('faults and limits are told in words', () => {
    expect(faultOf(1 + 128 + 4 + 8)).toBeNull();
    expect([0x10000, 0x8000, 0x4000, 512].map((state) => faultOf(state))).not.toContain(null);
    expect([faultOf(512, true), faultOf(0x8000, true)]).toEqual([null, 'an error is pending']);
    expect(limitOf(4)).toContain('negative limit switch');
    expect(limitOf(8)).toContain('positive limit switch');
    expect(limitOf(0)).toBe('');
  });
});

describe('the detector', () => {
  test('commands have no end, and replies the length of what they hold', () => {
    expect([startCounting.text, stopCounting.text, setTicks(10_000_000).text, switchOff('ratecorrection').text]).toEqual([
      '-start',
      '-stop',
      '-time 10000000',
      '-ratecorrection 0',
    ]);
    expect(setThreshold(6.4, 1).text).toBe('-kthresh 6.400');
    const lengths = [startCounting, askStatus, askTicks, askMythenVersion, askBadChannels(1280), readOut(1280), askThreshold(2)];
    expect(lengths.map(({ replyBytes }) => replyBytes)).toEqual([4, 4, 8, 7, 5120, 5120, 8]);
  });

  test('replies are little-endian', () => {
    expect(startCounting.read(bytes('00000000'))).toBe(true);
    expect(askStatus.read(bytes('00000100'))).toBe(STATUS.fifoEmpty);
    expect(askStatus.read(bytes('01000000'))).toBe(STATUS.running);
    expect(askTicks.read(bytes('8096980000000000'))).toBe(10_000_000);
    expect(askMythenVersion.read(bytes('4d342e312e3000'))).toBe('M4.1.0');
    expect(askThreshold(1).read(bytes('cdcccc40'))?.[0]).toBeCloseTo(6.4, 6);
    expect([...readOut(2).read(bytes('05000000ffffff00'))!]).toEqual([5, 2 ** 24 - 1]);
    expect([...readOut(2).read(bytes('feffffff05000000'))!]).toEqual([BAD_CHANNEL, 5]);
  });

  test('an error stands in place of any reply', () => {
    expect(errorIn(bytes('ffffffff'))).toBe(-1);
    expect(errorIn(bytes('f9ffffff'))).toBe(-7);
    expect(errorIn(bytes('ceffffff'))).toBe(-50);
    expect([bytes('00000000'), bytes('00000080'), bytes('ffffff00'), bytes('4d342e'), bytes('feffffff05000000')].map(errorIn)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('what cannot be is not believed', () => {
    expect(startCounting.read(bytes('01000000'))).toBeNull();
    expect(askMythenVersion.read(bytes('4d342e312e3031'))).toBeNull();
    expect(askMythenVersion.read(bytes('58342e312e3000'))).toBeNull();
    expect(readOut(2).read(bytes('0500000000000001'))).toBeNull();
    expect(readOut(2).read(bytes('05000000fffffffe'))).toBeNull();
    expect(readOut(2).read(bytes('05000000ffffffff'))).toBeNull();
    expect(askThreshold(1).read(bytes('0000c07f'))).toBeNull();
  });
});
