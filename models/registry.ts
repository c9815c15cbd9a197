import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { badInput } from '../src/domain/errors.ts';
import { readManifest } from './manifest.ts';

const HERE = import.meta.dirname;

/** A folder with a manifest is a bundle; nothing else needs to be registered. Sorted by name. */
export function bundleNames(folder: string = HERE): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'manifest.json')))
    .map((entry) => entry.name)
    .sort();
}

/** The folder of the bundle with this folder name or model id, or the folder itself where it is given as a path; an installed bundle goes before a folder of the same name. */
export function bundleDir(nameOrModelId: string, folder: string = HERE): string {
  const isBundle = existsSync(join(nameOrModelId, 'manifest.json'));
  if (isBundle && /[/\\]/.test(nameOrModelId)) return resolve(nameOrModelId);
  const names = bundleNames(folder);
  const found =
    names.find((name) => name === nameOrModelId) ?? names.find((name) => readManifest(join(folder, name)).modelId === nameOrModelId);
  if (found !== undefined) return join(folder, found);
  if (isBundle) return resolve(nameOrModelId);
  throw badInput(
    nameOrModelId,
    `there is no model ${nameOrModelId}`,
    `use one of: ${names.join(', ') || 'none is installed'}; or give the folder of a bundle`,
  );
}
