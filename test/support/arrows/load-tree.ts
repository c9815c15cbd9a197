import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['src', 'drivers', 'policies', 'models', 'simulators', 'test', 'config', 'docs'];
const SOURCE = /(?<!\.d)\.(ts|mts|mjs|js)$/;
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'work', 'fixtures', 'golden']);

/** Every source file of the repository: path -> text. */
export function loadTree(root: string): Map<string, string> {
  const files = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(path);
      else if (entry.isFile() && SOURCE.test(entry.name)) files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  const present = new Set(readdirSync(root));
  for (const folder of FOLDERS) if (present.has(folder)) walk(folder);
  return files;
}
