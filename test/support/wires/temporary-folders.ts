import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of a test that are gone after it. */
export function temporaryFolders(prefix: string): {
  make(): string;
  /** A file in a folder of its own; gives its path. */
  write(name: string, text: string): string;
  clear(): void;
} {
  const made: string[] = [];
  const make = (): string => {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    made.push(folder);
    return folder;
  };
  return {
    make,
    write: (name, text) => {
      const file = join(make(), name);
      writeFileSync(file, text);
      return file;
    },
    clear: () => {
      for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
}
