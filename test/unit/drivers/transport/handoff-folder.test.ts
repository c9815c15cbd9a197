import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { listFiles, lookAt, requireFolder, tryMove, tryRead, writeAtomically } from '../../../../drivers/transport/handoff-folder.ts';
import { temporaryFolders } from '../../../support/wires/temporary-folders.ts';

const folders = temporaryFolders('ewald-handoff-');
afterEach(() => folders.clear());

test('a file is written whole, by many at once, and leaves nothing beside it', async () => {
  const folder = folders.make();
  const path = join(folder, 'Job.xml');
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(10_000));
  let stop = false;
  const reading = (async () => {
    while (!stop) {
      const reading = await tryRead(path);
      if (reading.kind === 'read') expect(texts).toContain(new TextDecoder().decode(reading.bytes));
    }
  })();
  await Promise.all(texts.map((text) => writeAtomically(path, text)));
  stop = true;
  await reading;
  expect(readdirSync(folder)).toEqual(['Job.xml']);
  expect(texts).toContain(readFileSync(path, 'utf8'));
});

test('missing, held and readable are told apart', async () => {
  const folder = folders.make();
  writeFileSync(join(folder, 'a'), 'x');
  symlinkSync('b', join(folder, 'b'));
  mkdirSync(join(folder, 'c'));
  expect(await tryRead(join(folder, 'a'))).toMatchObject({ kind: 'read' });
  expect(await tryRead(join(folder, 'b'))).toEqual({ kind: 'locked' });
  expect(await tryRead(join(folder, 'd'))).toEqual({ kind: 'missing' });
  expect(await lookAt(join(folder, 'c'))).toBeNull();
  expect((await listFiles(folder)).map(({ name }) => name)).toEqual(['a', 'b']);
});

test('a file is moved into a folder that is made for it, and one that is gone is no trouble', async () => {
  const folder = folders.make();
  writeFileSync(join(folder, 'a'), 'x');
  expect(await tryMove(join(folder, 'a'), join(folder, 'old', 'a'))).toBe(true);
  expect(await tryMove(join(folder, 'a'), join(folder, 'old', 'a'))).toBe(false);
  expect(readdirSync(join(folder, 'old'))).toEqual(['a']);
});

test('a folder that is not there, or is a file, is a lost link', async () => {
  const folder = folders.make();
  writeFileSync(join(folder, 'a'), 'x');
  for (const path of [join(folder, 'nowhere'), join(folder, 'a')])
    await expect(requireFolder(path, 'write')).rejects.toMatchObject({ code: 'link', subject: path });
  await expect(listFiles(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'link' });
  await expect(writeAtomically(join(folder, 'nowhere', 'x'), 'x')).rejects.toMatchObject({ code: 'link' });
});
