import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadReferences } from '../../models/references/load-references.ts';
import { type Structure, structuresFromCifText } from '../diffraction/structure.ts';
import { asEwaldError, badInput } from '../domain/errors.ts';
import type { CommandPlugin, Outcome } from './command.ts';
import { DEFAULT_MODEL } from './open-identifier.ts';
import { readBytes } from './read-pattern.ts';
import { textTable } from './text-table.ts';

/** `ewald phases id CIF`, `ewald phases list`, `ewald phases check DIR`. */
export const phasesCommand: CommandPlugin = {
  name: 'phases',
  register(program, execute) {
    const phases = program.command('phases').description('structures and their phase ids');
    phases
      .command('id')
      .description('the phase id of a structure file')
      .argument('<cif>', 'a CIF file')
      .action((file: string) => execute('phases-id', async () => phaseIdOfFile(file)));
    phases
      .command('list')
      .description('the phases of a model')
      .option('--model <id>', 'id of the reference space', DEFAULT_MODEL)
      .action(({ model }: { model: string }) => execute('phases-list', async () => listPhases(model)));
    phases
      .command('check')
      .description('load every CIF file under a folder and say which are refused')
      .argument('<folder>')
      .action((folder: string) => execute('phases-check', async () => checkFolder(folder)));
  },
};

/** Throws badInput where the file is missing, no CIF, or its space group is not known. */
export function phaseIdOfFile(file: string): Outcome {
  const structure = loadStructure(file);
  if (structure.phaseId === null)
    throw badInput(file, `${file} does not say its space group`, 'add _space_group_IT_number and the symmetry operations');
  const result = describe(structure);
  return { result, text: structure.phaseId, warnings: structure.warnings.map((message) => ({ code: 'structure', message })) };
}

export function listPhases(model: string): Outcome {
  const phases = loadReferences(model).map(({ phaseId, role, title, citation, groupPhaseIds, structure }) => ({
    ...describe(structure),
    phaseId,
    role,
    title,
    citation,
    groupPhaseIds,
  }));
  const rows = phases.map(({ phaseId, role, title }) => [phaseId, role, title]);
  return { result: { model, n: phases.length, phases }, text: textTable(['phase', 'role', 'name'], rows) };
}

/** Every CIF under the folder, at any depth. Exit code 2 where one is refused. */
export function checkFolder(folder: string): Outcome {
  const files = cifFilesUnder(folder);
  const loaded: Record<string, unknown>[] = [];
  const refused: { file: string; reason: string; remedy: string }[] = [];
  for (const file of files) {
    try {
      const structure = loadStructure(join(folder, file));
      loaded.push({ file, ...describe(structure), warnings: structure.warnings });
    } catch (error) {
      const { message, remedy } = asEwaldError(error);
      refused.push({ file, reason: message, remedy });
    }
  }
  const lines = refused.map(({ file, reason }) => `refused ${file}: ${reason}`);
  return {
    result: { folder, n: files.length, loaded, refused },
    text: [...lines, `${loaded.length} of ${files.length} structure files can be used`].join('\n'),
    exitCode: refused.length > 0 ? 2 : 0,
  };
}

function loadStructure(file: string): Structure {
  return structuresFromCifText(new TextDecoder().decode(readBytes(file)), basename(file));
}

function describe({ phaseId, formula, spaceGroup, crystalSystem, cell, volumeA3, densityGCm3, sites }: Structure) {
  return { phaseId, formula, spaceGroup, crystalSystem, cell, volumeA3, densityGCm3, sites: sites.length };
}

function cifFilesUnder(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    throw badInput(folder, `there is no folder ${folder} that can be read`, 'name a folder with CIF files', error);
  }
  const files = names.filter((name) => name.toLowerCase().endsWith('.cif')).sort();
  if (files.length === 0) throw badInput(folder, `there is no CIF file under ${folder}`, 'name a folder with CIF files');
  return files;
}
