import { appendFileSync, writeFileSync } from 'node:fs';
import { badInput } from '../../src/domain/errors.ts';

/** One note of what the proxy did, never with the bytes themselves. */
export type WireLedger = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/** One JSON line per note, written before the call returns. The file is begun anew. Fails with 'badInput'. */
export function fileLedger(file: string, elapsedMs: () => number): WireLedger {
  try {
    writeFileSync(file, '');
  } catch (error) {
    throw badInput(file, `the file ${file} cannot be written`, 'check its folder and permissions', error);
  }
  return (event, fields) => appendFileSync(file, `${JSON.stringify({ ms: Math.round(elapsedMs() * 1000) / 1000, event, ...fields })}\n`);
}
