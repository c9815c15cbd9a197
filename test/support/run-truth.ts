import { expect } from '@jest/globals';
import { loadCheckpoint } from '../../src/loop/checkpoint.ts';
import { openRunStore } from '../../src/store/sqlite-run-store.ts';
import type { Note } from './virtual-lab.ts';

/** Counts and points that the instrument truly took, over all scans. */
export function truthOf(notes: readonly Note[]): { readonly countsSum: number; readonly points: number } {
  const chunks = notes.filter(({ kind }) => kind === 'chunk');
  return {
    countsSum: chunks.reduce((sum, note) => sum + Number(note['countsSum']), 0),
    points: chunks.reduce((sum, note) => sum + Number(note['points']), 0),
  };
}

/** What the store holds of a run, over all its scans. */
export function storedIn(folder: string, runId: string) {
  const store = openRunStore(folder);
  try {
    const context = loadCheckpoint(store, runId);
    const scans = context.scans.map(({ scanId }) => store.getScan(runId, scanId)!);
    const total = (values: (scan: (typeof scans)[number]) => Float64Array) =>
      scans.reduce((sum, scan) => sum + values(scan).reduce((inner, value) => inner + value, 0), 0);
    return {
      scans,
      journal: store.journal(runId),
      countsSum: total((scan) => scan.counts),
      liveNsSum: total((scan) => scan.liveS.map((seconds) => Math.round(seconds * 1e9))),
      points: scans.reduce((sum, scan) => sum + scan.counts.length, 0),
    };
  } finally {
    store.close();
  }
}

export const scanIdOf = (note: Note): string => `${note['requestId']}.${note['attempt']}`;

/** The rules that hold for every run, whatever happened to it. */
export function expectHonest(notes: readonly Note[], folder: string, runId: string): void {
  const { countsSum, points } = storedIn(folder, runId);
  expect({ countsSum, points }).toEqual(truthOf(notes));
  const executed = notes.filter(({ kind }) => kind === 'execution').map(scanIdOf);
  expect(new Set(executed).size).toBe(executed.length);
  expect(notes.filter((note) => note['unsafe'] === true)).toEqual([]);
  expect(shutterOf(notes)).toBe('closed');
}

/** The shutter's last known place; it is closed before anything happens. */
export function shutterOf(notes: readonly Note[]): unknown {
  return notes.findLast(({ kind }) => kind === 'beam')?.['shutter'] ?? 'closed';
}

/** The name of the run that a store with a single run holds. */
export function onlyRunIn(folder: string): string {
  const store = openRunStore(folder);
  try {
    const runs = store.runs();
    expect(runs).toHaveLength(1);
    return runs[0]!.runId;
  } finally {
    store.close();
  }
}
