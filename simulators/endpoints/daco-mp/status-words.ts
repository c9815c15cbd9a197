/**
 * The words of bits in the D5000's status. Only the ready mask is publicly described for this dialect (bit n - 1 = axis n). The alarm bits are
 * those of the D500's error word, and the numbers of the abort reasons are this simulator's own; correct them here.
 */
export const AXIS = {
  twoTheta: 1,
  theta: 2,
  chi: 3,
  phi: 4,
  absorber: 10,
  /** In scans axis 10 means 2theta and theta coupled. */
  coupled: 10,
  detectorHv1: 12,
  detectorHv2: 13,
  generator: 14,
  tubeWindow: 15,
} as const;

export function readyBit(axis: number): number {
  return 1 << (axis - 1);
}

const ALARM_BITS: Readonly<Record<string, number>> = {
  door: 64,
  'emergency-stop': 64,
  generator: 16 | 128,
  shutter: 16 | 128,
  water: 16 | 32,
  'high-voltage': 1,
};

/** The alarm word for the alarms that stand. */
export function alarmWord(alarmIds: Iterable<string>): number {
  let word = 0;
  for (const id of alarmIds) word |= ALARM_BITS[id] ?? 0;
  return word;
}

export const GENERATOR_OFF_BITS = 16 | 32 | 128;

export const ABORT = { missingReady: 1, alarm: 2, limitSwitch: 3, halted: 4, remoteLost: 5, other: 9 } as const;

/** The measuring sequence word while a scan runs. */
export const SCANNING = 4;

/** The mode word: remote control and set-up. */
export const MODE = { remote: 2, setup: 4 } as const;
