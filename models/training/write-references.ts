import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CifPhase } from './read-cifs.ts';

/** Writes the structures into a folder that `loadReferencesFrom` reads: the files under the names of their phases, and the index. */
export function writeReferences(
  folder: string,
  space: { readonly spaceId: string; readonly title: string },
  phases: readonly CifPhase[],
  groups: readonly (readonly string[])[],
): void {
  mkdirSync(folder, { recursive: true });
  const entries = phases.map(({ phaseId, title, text }) => {
    const file = `${phaseId}.cif`;
    writeFileSync(join(folder, file), text);
    const groupPhaseIds = groups.find((group) => group.includes(phaseId))?.filter((other) => other !== phaseId) ?? [];
    return { phaseId, role: 'member', file, title, ...(groupPhaseIds.length > 0 ? { groupPhaseIds } : {}) };
  });
  writeFileSync(join(folder, 'index.yaml'), stringify({ ...space, phases: entries }));
}
