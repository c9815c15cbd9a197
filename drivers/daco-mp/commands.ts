import { AXIS } from './words.ts';

export type Dialect = 'd5000' | 'd8';

/**
 * idempotent: may be sent again at once. stateChecked: after a lost answer the state is read, and it may be sent again where it did not take.
 * onceOnly: as stateChecked, and again only where the state proves that it was not carried out.
 */
export type Repeat = 'idempotent' | 'stateChecked' | 'onceOnly';

export interface DacoCommand {
  readonly text: string;
  /** The letters that its data answer begins with; null where it is merely acknowledged. */
  readonly answers: string | null;
  readonly repeat: Repeat;
}

const done = (text: string, repeat: Repeat): DacoCommand => ({ text, answers: null, repeat });
const data = (text: string, answers: string, repeat: Repeat = 'idempotent'): DacoCommand => ({ text, answers, repeat });

export const readState = data('ST', 'ST');
export const takeRemote = done('RC1', 'idempotent');
export const giveRemoteBack = done('RC0', 'idempotent');
export const openShutter = done('TW1', 'stateChecked');
export const closeShutter = done('TW0', 'idempotent');
export const readVersion = data('RV', 'RV');

/** Fetches the `count` oldest values; the controller forgets them in the same moment. */
export function fetchValues(count: number): DacoCommand {
  return data(`MV${count}`, 'MV', 'onceOnly');
}

/** The reference run of a drive. */
export function initialise(axis: number): DacoCommand {
  return done(`IN${axis}`, 'stateChecked');
}

/** D5000: value first. D8: axis first, and the speed in deg/s behind. */
export function moveTo(dialect: Dialect, axis: number, deg: number, speedDegPerS: number): DacoCommand {
  const value = deg.toFixed(3);
  return done(dialect === 'd8' ? `GO${axis},${value},${speedDegPerS}` : `GO${value},${axis}`, 'onceOnly');
}

/** Stops drives and scan; what was measured and not fetched is gone. The D8 stops everything at once, the D5000 drive by drive. */
export function halts(dialect: Dialect, scanAxis: number): DacoCommand[] {
  const text = dialect === 'd8' ? ['HT'] : [...new Set([scanAxis, AXIS.twoTheta, AXIS.theta])].map((axis) => `HT${axis}`);
  return text.map((command) => done(command, 'idempotent'));
}

export interface ScanWords {
  readonly pointCount: number;
  readonly dwellS: number;
  readonly stepDeg: number;
  readonly axis: number;
  readonly mode: number;
}

/** SS counts at rest at each step, SC while the axis moves. The wire counts steps, one fewer than points. */
export function startScan(how: 'step' | 'continuous', { pointCount, dwellS, stepDeg, axis, mode }: ScanWords): DacoCommand {
  const letters = how === 'continuous' ? 'SC' : 'SS';
  return done(`${letters}${pointCount - 1},${dwellS.toFixed(3)},${stepDeg.toFixed(4)},${axis},${mode}`, 'onceOnly');
}

/** D8: the flags of one drive; bit 8 negative, bit 9 positive limit switch. */
export function readDrive(axis: number): DacoCommand {
  return data(`ST${5 + axis}`, 'ST');
}
