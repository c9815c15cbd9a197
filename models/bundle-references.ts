import { join } from 'node:path';
import { type Manifest, readManifest } from './manifest.ts';
import { loadReferences, loadReferencesFrom, type ReferencePhase, referenceSpaces } from './references/load-references.ts';
import { bundleDir } from './registry.ts';

/** The structures that belong to a bundle: those in its own folder, or the space it names. Fails with 'model'. */
export function bundleReferences(folder: string, manifest: Pick<Manifest, 'space' | 'references'>): ReferencePhase[] {
  return manifest.references === undefined ? loadReferences(manifest.space) : loadReferencesFrom(join(folder, manifest.references));
}

/** The structures of a reference space, or of a bundle given by id or folder. Fails with 'badInput' where there is neither. */
export function referencesNamed(id: string): ReferencePhase[] {
  if (referenceSpaces().includes(id)) return loadReferences(id);
  const folder = bundleDir(id);
  return bundleReferences(folder, readManifest(folder));
}
