import { expect, test } from '@jest/globals';
import { asEwaldError, badInput, EwaldError, type EwaldErrorCode, exitCodeOf, mayRetry, mustMakeSafe } from '../../../src/domain/errors.ts';

const codes: readonly EwaldErrorCode[] = [
  'badInput',
  'refused',
  'unsafe',
  'busy',
  'timeout',
  'link',
  'deviceFault',
  'garbled',
  'model',
  'store',
  'interrupted',
  'internal',
];
const of = (code: EwaldErrorCode) => new EwaldError(code, 'x', 'something', 'do something');

test('only what may pass by itself is tried again', () => {
  expect(codes.filter((code) => mayRetry(of(code)))).toEqual(['busy', 'timeout', 'link', 'garbled']);
});

test('the instrument is left alone only where it was never in doubt', () => {
  expect(codes.filter((code) => !mustMakeSafe(of(code)))).toEqual(['badInput', 'refused', 'busy']);
});

test('every code has its exit code', () => {
  expect(Object.fromEntries(codes.map((code) => [code, exitCodeOf(of(code))]))).toEqual({
    badInput: 2,
    refused: 4,
    unsafe: 4,
    busy: 4,
    timeout: 4,
    link: 4,
    deviceFault: 4,
    garbled: 4,
    model: 5,
    store: 5,
    interrupted: 130,
    internal: 1,
  });
});

test('what is thrown becomes an EwaldError, and one stays what it is', () => {
  const error = badInput('file.xy', 'the file is empty', 'choose another', new Error('inner'));
  expect(asEwaldError(error)).toBe(error);
  expect(error).toMatchObject({ code: 'badInput', subject: 'file.xy', remedy: 'choose another', message: 'the file is empty' });
  expect(error.cause).toMatchObject({ message: 'inner' });
  expect(asEwaldError(new TypeError('oops'))).toMatchObject({ code: 'internal', message: 'oops' });
  expect(asEwaldError('thrown text')).toMatchObject({ code: 'internal', message: 'thrown text' });
});
