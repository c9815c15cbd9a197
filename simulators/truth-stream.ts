import { appendFileSync, writeFileSync } from 'node:fs';
import { badInput } from '../src/domain/errors.ts';
import type { Journal } from './journal.ts';

interface OpenScan {
  readonly begun: Readonly<Record<string, unknown>>;
  readonly faults: unknown[];
  points: number;
  countsSum: number;
}

/**
 * One JSON line for each scan when it is over: what was asked, when it really began and ended, what was really counted, and the faults that took
 * effect meanwhile; as `huber-mythen` one for each frame. Made from the journal's notes. Fails with 'badInput' where the file cannot be written.
 */
export function truthStream(file: string): Journal {
  try {
    writeFileSync(file, '');
  } catch (error) {
    throw badInput(file, `the truth stream ${file} cannot be written`, 'check its folder and permissions', error);
  }
  const write = (line: Readonly<Record<string, unknown>>): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  const open = new Map<string, OpenScan>();
  let frameFaults: unknown[] = [];
  return (kind, fields) => {
    const key = `${fields['requestId']}.${fields['attempt']}`;
    const scan = open.get(key);
    if (kind === 'execution') open.set(key, { begun: fields, faults: [], points: 0, countsSum: 0 });
    else if (kind === 'chunk' && scan) {
      scan.points += Number(fields['points']);
      scan.countsSum += Number(fields['countsSum']);
    } else if (kind === 'fault') {
      const { fault, atS, effect } = fields;
      for (const one of open.values()) one.faults.push({ fault, atS, effect });
      frameFaults.push({ fault, atS, effect });
    } else if (kind === 'end' && scan) {
      open.delete(key);
      const { atS: startedAtS, ...asked } = scan.begun;
      const { atS: endedAtS, completeness, reason } = fields;
      const { points, countsSum, faults } = scan;
      write({ kind: 'scan', ...asked, startedAtS, endedAtS, pointsCounted: points, countsSum, completeness, reason, faults });
    } else if (kind === 'frame') {
      write({ kind: 'frame', ...fields, faults: frameFaults });
      frameFaults = [];
    }
  };
}
