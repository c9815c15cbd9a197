import { readFileSync } from 'node:fs';
import { badInput } from '../../src/domain/errors.ts';
import type { BroughtCif } from '../../src/domain/sample-knowledge.ts';

const FILES: Readonly<Record<string, string>> = { Al: 'Al_225.cif', Cu: 'Cu_225.cif', Fe: 'Fe_229.cif' };

export const holderNames: readonly string[] = Object.keys(FILES);

/** The structure file of a metal that holders are made of. Throws badInput that names those there are. */
export function holderCif(name: string): BroughtCif {
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (file === undefined)
    throw badInput(
      '--holder',
      `there is no holder '${name}'`,
      `choose one of: ${holderNames.join(', ')}; or give a CIF file, or the angles of its lines with --holder-lines`,
    );
  return { file, text: readFileSync(new URL(file, import.meta.url), 'utf8') };
}
