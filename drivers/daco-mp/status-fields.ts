/** The answer to ST. An angle of null belongs to an axis that is not initialised; undefined is a field that was left empty. */
export interface DacoStatus {
  readonly twoThetaDeg: number | null | undefined;
  readonly thetaDeg: number | null | undefined;
  readonly countRateCps: number | undefined;
  readonly ready: number;
  readonly warnings: number;
  readonly alarms: number;
  /** Alarms caught when the generator switched itself off. */
  readonly trapped: number;
  readonly mode: number;
  readonly sequence: number;
  readonly remainingSteps: number;
  readonly storedValues: number;
  readonly abortReason: number;
  readonly missingReadies: number;
  readonly pendingAlarms: number;
}

const FIELDS = 28;
const ANGLE = /^-?\d{1,3}\.\d{1,4}$/;
const NOT_INITIALISED = /^-+\.-+$/;
const WORD = /^\d{1,9}$/;
const DECIMAL = /^-?\d{1,10}(\.\d{1,6})?$/;
const MAX_WORD = 2 ** 24;

/** Position of each field, counted from 0; the one place to correct it (docs/drivers/daco-mp.md). */
const AT = {
  countRate: 11,
  ready: 17,
  warnings: 18,
  alarms: 19,
  trapped: 20,
  mode: 21,
  sequence: 22,
  remaining: 23,
  stored: 24,
  abort: 25,
};

/** Reads the fields of ST; null where their number or the form of one does not fit, for the wire has no checksum. */
export function readStatus(text: string): DacoStatus | null {
  const fields = text.split(',').map((field) => field.trim());
  // Some firmware ends the list with one more comma.
  if (fields.length === FIELDS + 1 && fields[FIELDS] === '') fields.pop();
  if (fields.length !== FIELDS) return null;
  const others = fields.slice(4, AT.ready);
  if (!others.every((field) => field === '' || DECIMAL.test(field) || NOT_INITIALISED.test(field))) return null;
  const words = fields.slice(AT.ready).map(readWord);
  const angles = fields.slice(0, 4).map(readAngle);
  if (words.includes(null) || angles.includes('broken')) return null;
  const word = (at: number) => words[at - AT.ready] ?? 0;
  const rate = fields[AT.countRate];
  // The controller always fills these in: empty ones mean that something was lost.
  const needed = [AT.ready, AT.alarms, AT.sequence, AT.remaining, AT.stored].map((at) => fields[at]);
  if (needed.includes('')) return null;
  return {
    twoThetaDeg: angles[0] as number | null | undefined,
    thetaDeg: angles[1] as number | null | undefined,
    countRateCps: rate === '' ? undefined : Number(rate),
    ready: word(AT.ready),
    warnings: word(AT.warnings),
    alarms: word(AT.alarms),
    trapped: word(AT.trapped),
    mode: word(AT.mode),
    sequence: word(AT.sequence),
    remainingSteps: word(AT.remaining),
    storedValues: word(AT.stored),
    abortReason: word(AT.abort),
    missingReadies: word(AT.abort + 1),
    pendingAlarms: word(AT.abort + 2),
  };
}

function readAngle(field: string): number | null | undefined | 'broken' {
  if (field === '') return undefined;
  if (NOT_INITIALISED.test(field)) return null;
  const deg = Number(field);
  return ANGLE.test(field) && Math.abs(deg) <= 360 ? deg : 'broken';
}

function readWord(field: string): number | undefined | null {
  if (field === '') return undefined;
  return WORD.test(field) && Number(field) < MAX_WORD ? Number(field) : null;
}
