import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RecordedFile, type RecordedScan, readRecordedFile } from '../../../src/formats/registry.ts';

/** The bytes of a fixture, as `gsas/pairs.gsa`. */
export function fixtureBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'formats', path)));
}

/** The fixture, with each `[from, to]` replaced once in its text. */
export async function readChanged(path: string, ...changes: readonly (readonly [string, string])[]): Promise<RecordedFile> {
  let text = new TextDecoder().decode(fixtureBytes(path));
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${path} does not hold "${from}"`);
    text = text.replace(from, to);
  }
  return readRecordedFile(new TextEncoder().encode(text), 'a.file');
}

export async function firstScan(path: string, ...changes: readonly (readonly [string, string])[]): Promise<RecordedScan> {
  return (await readChanged(path, ...changes)).scans[0]!;
}
