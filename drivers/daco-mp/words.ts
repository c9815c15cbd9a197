import type { AlertKind, InstrumentAlert } from '../../src/ports/diffractometer.ts';
import type { DacoStatus } from './status-fields.ts';

/**
 * What the bits of the status words mean: the one place to correct it. Ready bits and the scan's sequence word are read from public sources;
 * the alarm bits are those of the older D500, assumed for this dialect and unverified (docs/drivers/daco-mp.md).
 */

/** Axis numbers of the wire. */
export const AXIS = { twoTheta: 1, theta: 2, coupled: 10, generator: 14, tubeWindow: 15 } as const;

/** Bit n - 1 of the ready word says that axis n is in its place. */
export function isReady(status: DacoStatus, axis: number): boolean {
  return (status.ready & (1 << (axis - 1))) !== 0;
}

const SCANNING = 4;

export function isScanning(status: DacoStatus): boolean {
  return (status.sequence & SCANNING) !== 0;
}

interface AlarmBit {
  readonly kind: AlertKind;
  readonly text: string;
  readonly generatorOff: boolean;
}

const SHUTTER_CLOSED = 64;

const ALARM_BITS: readonly (readonly [number, AlarmBit])[] = [
  [1, { kind: 'device', text: 'the high voltage of detector 1 is in error', generatorOff: false }],
  [2, { kind: 'device', text: 'the sample changer is in error', generatorOff: false }],
  [4, { kind: 'device', text: 'the high voltage of detector 2 is in error', generatorOff: false }],
  [8, { kind: 'device', text: 'a motor is in error', generatorOff: false }],
  [16, { kind: 'generator', text: 'the X-ray generator is off', generatorOff: true }],
  [32, { kind: 'generator', text: 'the cooling water is in error', generatorOff: true }],
  [128, { kind: 'generator', text: 'the high voltage is off', generatorOff: true }],
];
const KNOWN = ALARM_BITS.reduce((all, [bit]) => all | bit, SHUTTER_CLOSED);

/** The alarms that stand, in words. That the shutter is closed is a state here and no alarm. */
export function alarmsOf(status: DacoStatus): InstrumentAlert[] {
  const standing = status.alarms | status.pendingAlarms;
  const alerts = ALARM_BITS.filter(([bit]) => (standing & bit) !== 0).map(([, { kind, text }]) => alert(kind, text));
  const unknown = status.alarms & ~KNOWN;
  if (unknown !== 0) alerts.push(alert('device', `an alarm that this driver does not know (alarm word ${status.alarms})`));
  if (status.trapped !== 0) alerts.push(alert('generator', `the generator switched itself off (trap register ${status.trapped})`));
  return alerts;
}

/** Whether the generator gives X-rays as far as the words tell. `needReady`: its ready bit must stand too. */
export function isGeneratorOn(status: DacoStatus, needReady: boolean): boolean {
  const off = ALARM_BITS.some(([bit, { generatorOff }]) => generatorOff && (status.alarms & bit) !== 0);
  return !off && status.trapped === 0 && (!needReady || isReady(status, AXIS.generator));
}

/**
 * How the shutter reads back. 'inPosition': its ready bit says only that it did what it was told last (as the public D500 proxy reports it),
 * so without a command of ours nothing is known. 'open': its ready bit says that it is open. The alarm word's "shutter closed" wins over both.
 */
export type ShutterReadBack = 'inPosition' | 'open';

export function shutterOf(status: DacoStatus, told: 'open' | 'closed' | null, how: ShutterReadBack): 'open' | 'closed' | 'unknown' {
  const ready = isReady(status, AXIS.tubeWindow);
  if ((status.alarms & SHUTTER_CLOSED) !== 0) return 'closed';
  if (how === 'open') return ready ? 'open' : 'closed';
  return ready && told !== null ? told : 'unknown';
}

function alert(kind: AlertKind, message: string): InstrumentAlert {
  return { kind, message, active: true };
}
