import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { badInput } from '../domain/errors.ts';
import { formats } from '../formats/registry.ts';
import { writers } from '../formats/writers.ts';
import { checkRecording, type FormatCase, readExpected } from './check-formats.ts';
import type { CommandPlugin, Outcome } from './command.ts';
import { textTable } from './text-table.ts';

/** `ewald formats [list]`, `ewald formats check DIR`. */
export const formatsCommand: CommandPlugin = {
  name: 'formats',
  register(program, execute) {
    const group = program.command('formats').description('the file formats that are read and written');
    group
      .command('list', { isDefault: true })
      .description('list the formats')
      .action(() => execute('formats', async () => listFormats()));
    group
      .command('check')
      .description('compare what is read from the files of a folder with its expected.json')
      .argument('<folder>', 'a folder with recordings and expected.json')
      .action((folder: string) => execute('formats check', () => checkFolder(folder)));
  },
};

export function listFormats(): Outcome {
  const listed = formats.map(({ id, title, extensions, mark }) => {
    const written = writers.filter((writer) => writer.readBy === id);
    return { id, title, extensions, reads: true, writes: written.map((writer) => writer.id), detectsBy: mark };
  });
  const rows = listed.map(({ id, title, extensions, writes, detectsBy }) => [id, title, extensions.join(' '), detectsBy, writes.join(' ')]);
  return { result: { formats: listed }, text: textTable(['format', 'title', 'endings', 'told by', 'written as'], rows) };
}

/** Exit code 2 where a file is not read as expected. Throws badInput where there is no usable expected.json. */
export async function checkFolder(folder: string): Promise<Outcome> {
  const cases: { file: string; ok: boolean; reason: string | null }[] = [];
  for (const expected of expectedOf(folder)) {
    const reason = await checkRecording(join(folder, expected.file), expected);
    cases.push({ file: expected.file, ok: reason === null, reason });
  }
  const failed = cases.filter(({ ok }) => !ok);
  const lines = failed.map(({ file, reason }) => `FAILED ${file}: ${reason}`);
  return {
    result: { n: cases.length, failed: failed.length, cases },
    text: [...lines, `${cases.length - failed.length} of ${cases.length} files are read as expected`].join('\n'),
    exitCode: failed.length > 0 ? 2 : 0,
  };
}

function expectedOf(folder: string): FormatCase[] {
  const file = join(folder, 'expected.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw badInput(file, `there is no ${file} that can be read`, 'give a folder that holds recordings and their expected.json', error);
  }
  return readExpected(text, file);
}
