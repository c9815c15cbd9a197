import { badInput } from '../domain/errors.ts';
import type { FormatWriter } from './format-writer.ts';
import { xyeWriter, xyWriter } from './write-columns.ts';
import { nexusWriter } from './write-nexus.ts';
import { pdCifWriter } from './write-pdcif.ts';
import { xrdmlWriter } from './write-xrdml.ts';

export type { FormatWriter, WrittenFile } from './format-writer.ts';

export const writers: readonly FormatWriter[] = [xyWriter, xyeWriter, xrdmlWriter, pdCifWriter, nexusWriter];

/** The writer of this id, or else the one that the ending of the file names. Throws badInput. */
export function chooseWriter(fileName: string, id: string | null): FormatWriter {
  const known = writers.map((writer) => `${writer.id} (.${writer.extensions.join(', .')})`).join('; ');
  if (id !== null) {
    const named = writers.find((writer) => writer.id === id.toLowerCase());
    if (named) return named;
    throw badInput('--to', `no format "${id}" is written`, `choose one of: ${known}`);
  }
  const ending = /\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase();
  const meant = writers.find((writer) => ending !== undefined && writer.extensions.includes(ending));
  if (meant) return meant;
  throw badInput(fileName, `the name ${fileName} does not tell in which format to write`, `end it, or say --to, as one of: ${known}`);
}
