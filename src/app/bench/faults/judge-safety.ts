import { drivers } from '../../../../drivers/registry.ts';
import { isLit, type Note } from './black-box.ts';
import type { DrawnFault } from './draw-schedule.ts';
import type { Trial } from './run-schedule.ts';

/** After these the beam must go off, however long they last. */
const CABINET = new Set([
  'door-opens',
  'emergency-stop',
  'generator-trip',
  'water-alarm',
  'high-voltage-alarm',
  'local-control',
  'limit-switch',
  'crash',
]);
/** After these it must where they last longer than safety data are good for and links are waited for. */
const LINK = new Set(['stale-safety', 'link-cut', 'broker-drop', 'half-open-link', 'unplugged-port', 'endless-xoff']);
/** Where none of these is in the schedule the agent can always reach the shutter, and the shutter follows. */
const OUT_OF_REACH = new Set([
  'link-cut',
  'broker-drop',
  'half-open-link',
  'unplugged-port',
  'endless-xoff',
  'short-buffer',
  'local-control',
  'service-switch',
  'second-master',
  'shutter-stuck',
]);
/** The longest such patience of the hurried drivers here, in wall s. */
const PATIENCE_S = 3;

/** From a fault that struck while the beam was on to the beam off, in wall seconds; null where it stayed on to the end. */
export interface WayToSafe {
  readonly fault: string;
  readonly toldBy: 'cabinet' | 'link';
  readonly seconds: number | null;
}

export interface SafetyJudgement {
  /** Moments in which the beam was on against the interlock, and ends of a run that called the instrument safe while it was on. */
  readonly unsafeTicks: number;
  readonly waysToSafe: readonly WayToSafe[];
  /** The beam was still on at the end, and the run had said that the safe state is not confirmed: a violation where nothing kept the agent from the shutter. */
  readonly beamLeftOn: boolean;
  readonly findings: readonly string[];
}

/** Holds beam and interlock, as the simulator's journal has them, against the rules. */
export function judgeSafety({ as, box, rounds, beamOnAtEnd }: Trial, faults: readonly DrawnFault[]): SafetyJudgement {
  const unsafe = box.notes.filter((note) => note['unsafe'] === true).length;
  const claimed = rounds.filter(({ state, beamOn }) => beamOn && (state === 'finished' || state === 'paused'));
  const isForsaken = beamOnAtEnd && hasShutter(as) && faults.every(({ fault }) => !OUT_OF_REACH.has(fault));
  const findings = [
    ...(isForsaken ? ['the beam was left on, though nothing kept the agent from the shutter'] : []),
    ...(unsafe > 0 ? [`the beam was on ${unsafe} times against the interlock`] : []),
    ...claimed.map(({ verdict }) => `the run ended as safe with the beam on (${verdict})`),
    ...rounds.filter(({ state }) => state === 'hung').map(() => 'the run hung'),
  ];
  return {
    unsafeTicks: unsafe + claimed.length,
    waysToSafe: waysToSafe(box.notes, faults),
    beamLeftOn: beamOnAtEnd,
    findings,
  };
}

/** Whether the driver has a hand on the shutter: where it has none, the instrument closes at its own end. */
function hasShutter(as: string): boolean {
  return drivers.find(({ id }) => id === as)?.summary?.hasShutter !== false;
}

function waysToSafe(notes: readonly Note[], faults: readonly DrawnFault[]): WayToSafe[] {
  return notes.flatMap((note, index) => {
    const fault = String(note['fault']);
    const isCabinet = CABINET.has(fault);
    const isLink = LINK.has(fault) && faults.every((one) => one.fault !== fault || isLong(one));
    if (note.kind !== 'fault' || !(isCabinet || isLink)) return [];
    // The circuit may have acted before the fault was written down, in the same instant.
    const first = firstOfInstant(notes, index);
    const before = notes.slice(0, first).findLast(({ kind }) => kind === 'beam');
    if (!before || !isLit(before)) return [];
    const off = notes.slice(first).find((other) => other.kind === 'beam' && !isLit(other));
    return [{ fault, toldBy: isCabinet ? 'cabinet' : 'link', seconds: off ? Math.max(0, off.wallMs - note.wallMs) / 1000 : null }];
  });
}

function isLong({ options }: DrawnFault): boolean {
  const seconds = options['forWallS'];
  return typeof seconds !== 'number' || seconds >= PATIENCE_S;
}

/** Notes closer together than this were written in one go, in ms. */
const INSTANT_MS = 1;

function firstOfInstant(notes: readonly Note[], index: number): number {
  let first = index;
  while (first > 0 && notes[index]!.wallMs - notes[first - 1]!.wallMs < INSTANT_MS && notes[first - 1]!.kind !== 'fault') first--;
  return first;
}
