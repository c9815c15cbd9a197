import { appendFileSync } from 'node:fs';

/** Notes what the simulated instrument truly did (executions, shutter, faults), apart from anything it says on the wire. */
export type Journal = (kind: string, fields: Readonly<Record<string, unknown>>) => void;

export const noJournal: Journal = () => {};

/** One JSON line per note, written before the call returns, so that it survives a kill. */
export function fileJournal(file: string): Journal {
  return (kind, fields) => appendFileSync(file, `${JSON.stringify({ kind, ...fields })}\n`);
}
