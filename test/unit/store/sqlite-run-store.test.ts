import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { prepareDatabase } from '../../../src/store/schema.ts';
import { openRunStore } from '../../../src/store/sqlite-run-store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const storeError = (message: RegExp) =>
  expect.objectContaining({
    name: 'EwaldError',
    code: 'store',
    subject: expect.stringContaining(folder),
    message: expect.stringMatching(message),
  });

/** Works on the file behind the store's back. */
function tamper(work: (database: InstanceType<typeof DatabaseSync>) => void): void {
  const database = new DatabaseSync(join(folder, 'ewald.db'));
  work(database);
  database.close();
}

describe('the file of the run store', () => {
  test('is made with its folder and reopened', () => {
    const deep = join(folder, 'new', 'deeper');
    const store = openRunStore(deep);
    store.saveCheckpoint('a', '1');
    store.close();
    const again = openRunStore(deep);
    expect(again.loadCheckpoint('a')).toBe('1');
    again.close();
  });

  test('keeps a write-ahead log', () => {
    openRunStore(folder).close();
    tamper((database) => expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' }));
  });

  test('is written through to the disk at every commit, also after it is opened again', () => {
    openRunStore(folder).close();
    tamper((database) => {
      prepareDatabase(database, folder);
      expect(database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    });
  });

  test('is whole by itself once it is closed', () => {
    const store = openRunStore(folder);
    for (let i = 0; i < 10; i++) store.append('a', { kind: 'x', atMs: i, fields: {} });
    store.close();
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    copyFileSync(join(folder, 'ewald.db'), join(copy, 'ewald.db'));
    const again = openRunStore(copy);
    expect(again.journal('a')).toHaveLength(10);
    again.close();
  });

  test('of a newer schema is refused and left as it is', () => {
    openRunStore(folder).close();
    tamper((database) => database.exec('UPDATE schema_version SET version = 99'));
    expect(() => openRunStore(folder)).toThrow(storeError(/newer Ewald .*schema 99/));
    tamper((database) => expect(database.prepare('SELECT version FROM schema_version').get()).toMatchObject({ version: 99 }));
  });

  test('of another program is refused', () => {
    tamper((database) => database.exec('CREATE TABLE music (title TEXT)'));
    expect(() => openRunStore(folder)).toThrow(storeError(/database of something else/));
  });

  test('that is no database is refused', () => {
    writeFileSync(join(folder, 'ewald.db'), 'rubbish '.repeat(1000));
    expect(() => openRunStore(folder)).toThrow(storeError(/not a run store/));
  });

  test('with a damaged page is refused', () => {
    const store = openRunStore(folder);
    for (let i = 0; i < 200; i++) store.append('a', { kind: 'x', atMs: i, fields: { filling: 'y'.repeat(100) } });
    store.close();
    const path = join(folder, 'ewald.db');
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 9, 4096 * 12);
    writeFileSync(path, bytes);
    expect(() => openRunStore(folder)).toThrow(storeError(/damaged/));
  });

  test('in a place that is a file is refused', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openRunStore(join(folder, 'file'))).toThrow(storeError(/folder of the run store is a file/));
    mkdirSync(join(folder, 'ewald.db'));
    expect(() => openRunStore(folder)).toThrow(storeError(/cannot be opened/));
  });

  test('serves two stores at once', () => {
    const [one, two] = [openRunStore(folder), openRunStore(folder)];
    one.append('a', { kind: 'from one', atMs: 1, fields: {} });
    two.append('a', { kind: 'from two', atMs: 2, fields: {} });
    one.append('a', { kind: 'from one', atMs: 3, fields: {} });
    expect(two.journal('a').map((entry) => [entry.index, entry.atMs])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    one.close();
    two.close();
  });
});

describe('what cannot be stored', () => {
  test('leaves nothing behind, and the store goes on', () => {
    const store = openRunStore(folder);
    const bad = { kind: 'x', atMs: 1, fields: { array: new Float64Array(2) } };
    expect(() => store.append('a', bad)).toThrow(expect.objectContaining({ code: 'store', message: expect.stringContaining('"array"') }));
    expect(() => store.append('a', { kind: 'x', atMs: Number.NaN, fields: {} })).toThrow(storeError(/./));
    expect(store.runs()).toEqual([]);
    store.append('a', { kind: 'odd', atMs: 1, fields: { score: Number.NaN, peak: Number.POSITIVE_INFINITY } });
    expect(store.journal('a')).toEqual([{ index: 0, kind: 'odd', atMs: 1, fields: { score: 'NaN', peak: 'Infinity' } }]);
    store.close();
  });
});

test('a process killed while it writes loses nothing that it acknowledged', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'kill-child.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let printed = '';
  for await (const piece of child.stdout) {
    printed += String(piece);
    if (printed.split('\n').length > 25) child.kill('SIGKILL');
  }
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
  const acknowledged = Number(printed.trimEnd().split('\n').at(-1));
  expect(acknowledged).toBeGreaterThanOrEqual(24);

  const store = openRunStore(folder);
  const chunks = store.chunks('run', { requestId: 'r', attempt: 1 });
  expect(chunks.length).toBeGreaterThan(acknowledged);
  expect(chunks.every((chunk, i) => chunk.sequence === i && chunk.counts.length === 64 && chunk.counts.every((count) => count === i))).toBe(
    true,
  );
  expect(store.journal('run').length).toBeGreaterThan(acknowledged);
  store.close();
}, 20_000);
