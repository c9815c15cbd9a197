import { expect, test } from '@jest/globals';
import { EwaldError } from '../../../src/domain/errors.ts';
import { asStoreError } from '../../../src/store/store-error.ts';

test.each([
  [{ errcode: 13 }, /full/, /free space/],
  [{ errcode: 8 }, /cannot be written/, /right to write/],
  [{ errcode: 1032 }, /cannot be written/, /right to write/],
  [{ errcode: 11 }, /damaged/, /from a copy/],
  [{ errcode: 5 }, /another process/, /stop the other/],
  [{ errcode: 778 }, /fails to read or write/, /check the disk/],
  [{ code: 'ENOSPC' }, /full/, /free space/],
  [{ code: 'EROFS' }, /read-only/, /another disk|can be written/],
  [{ errcode: 9999 }, /fails/, /cause/],
])('%j is told in a sentence with a remedy', (fields, message, remedy) => {
  const cause = Object.assign(new Error('low-level words'), fields);
  const error = asStoreError(cause, '/runs');
  expect(error).toMatchObject({ code: 'store', subject: '/runs', cause });
  expect(error.message).toMatch(message);
  expect(error.remedy).toMatch(remedy);
});

test('an error that is already clear stays as it is, and anything thrown is wrapped', () => {
  const clear = new EwaldError('store', 's', 'm', 'r');
  expect(asStoreError(clear, '/runs')).toBe(clear);
  expect(asStoreError('text', '/runs')).toMatchObject({ code: 'store', message: 'the run store fails' });
});
