import { isLit, type Note } from './black-box.ts';
import type { Trial } from './run-schedule.ts';

/** After these the beam must go off, however they are meant. */
const CABINET = new Set(['door-opens', 'generator-trip', 'water-alarm', 'high-voltage-alarm', 'local-control', 'limit-switch', 'crash']);

export interface SafetyJudgement {
  /** Moments in which the beam was on against the interlock, and ends of a run that called the instrument safe while it was on. */
  readonly unsafeTicks: number;
  /** Wall seconds from each fault that demands it to the beam off. */
  readonly timesToSafeS: readonly number[];
  /** The beam was still on at the end, and the run had said that the safe state is not confirmed. */
  readonly beamLeftOn: boolean;
  readonly findings: readonly string[];
}

/** Holds beam and interlock, as the simulator's journal has them, against the rules. */
export function judgeSafety({ box, rounds, beamOnAtEnd }: Trial): SafetyJudgement {
  const unsafe = box.notes.filter((note) => note['unsafe'] === true).length;
  const claimed = rounds.filter(({ state, beamOn }) => beamOn && (state === 'finished' || state === 'paused'));
  const findings = [
    ...(unsafe > 0 ? [`the beam was on ${unsafe} times against the interlock`] : []),
    ...claimed.map(({ verdict }) => `the run ended as safe with the beam on (${verdict})`),
    ...rounds.filter(({ state }) => state === 'hung').map(() => 'the run hung'),
  ];
  return {
    unsafeTicks: unsafe + claimed.length,
    timesToSafeS: timesToSafeS(box.notes),
    beamLeftOn: beamOnAtEnd,
    findings,
  };
}

/** Only those faults that struck while the beam was on, and after which it went off. */
export function timesToSafeS(notes: readonly Note[]): number[] {
  return notes.flatMap((note, index) => {
    if (note.kind !== 'fault' || !CABINET.has(String(note['fault']))) return [];
    // The circuit may have acted before the fault was written down, in the same instant.
    const first = firstOfInstant(notes, index);
    const before = notes.slice(0, first).findLast(({ kind }) => kind === 'beam');
    if (!before || !isLit(before)) return [];
    const off = notes.slice(first).find((other) => other.kind === 'beam' && !isLit(other));
    return off ? [Math.max(0, off.wallMs - note.wallMs) / 1000] : [];
  });
}

/** Notes closer together than this were written in one go, in ms. */
const INSTANT_MS = 1;

function firstOfInstant(notes: readonly Note[], index: number): number {
  let first = index;
  while (first > 0 && notes[index]!.wallMs - notes[first - 1]!.wallMs < INSTANT_MS && notes[first - 1]!.kind !== 'fault') first--;
  return first;
}
