import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ResultStore } from '../../../../drivers/file-results/result-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-result-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is kept is read again, and known by its content', async () => {
  const store = new ResultStore(folder);
  await store.keep('job-1', Uint8Array.of(1, 2, 3), 'abc');
  expect(await store.read('job-1')).toEqual(Uint8Array.of(1, 2, 3));
  expect([await store.holds('abc'), await store.holds('abd'), await store.read('job-2')]).toEqual([true, false, null]);
});

test('a write that fails is told, and leaves no part of a file behind', async () => {
  // Something else stands where the file should be.
  mkdirSync(join(folder, 'job-1.abc.result', 'occupied'), { recursive: true });
  await expect(new ResultStore(folder).keep('job-1', Uint8Array.of(1, 2, 3), 'abc')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['job-1.abc.result']);
});
