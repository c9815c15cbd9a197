/**
 * The text of a Huber SMC 9300 as far as it is used: lines, no acknowledge of commands, an answer to each question. The one place to correct
 * it (docs/drivers/huber-mythen.md).
 */

/** Bits of the state word. */
export const STATE = {
  axisReady: 1,
  limitMinus: 4,
  limitPlus: 8,
  homed: 16,
  enabled: 32,
  busy: 64,
  controllerReady: 128,
  oscillating: 256,
  positioningError: 512,
  softLimitMinus: 0x1000,
  softLimitPlus: 0x2000,
  blocked: 0x4000,
  errorPending: 0x8000,
  externalStop: 0x10000,
} as const;

const HIGHEST_STATE = 2 ** 24;
const LARGEST_DEG = 1e5;

/** Angles have four decimals on the wire. */
export const SMC_RASTER_DEG = 1e-4;

export function gotoText(axis: number, deg: number): string {
  return `goto${axis}:${deg.toFixed(4)}`;
}

/** Stops every axis with its ramp; positions stay valid. */
export const quitText = 'quit';

export interface SmcQuestion<T> {
  readonly text: string;
  /** What the line says; null where it is no answer to this question. */
  read(line: string): T | null;
}

export const askVersion: SmcQuestion<string> = {
  text: '?v',
  read: (line) => (/^smc [\w.]{1,40}$/i.test(line) ? line : null),
};

/** An axis by its number, or null: `<n>:<word>;`, with or without the semicolon. */
function answerOf(line: string, axis: number, form: RegExp): string | null {
  const match = /^(\d{1,2}):\s*(.*?)\s*;?$/.exec(line);
  return match && Number(match[1]) === axis && form.test(match[2]!) ? match[2]! : null;
}

export function askState(axis: number): SmcQuestion<number> {
  return {
    text: `?s${axis}`,
    read: (line) => {
      const word = answerOf(line, axis, /^\d{1,8}$/);
      return word !== null && Number(word) < HIGHEST_STATE ? Number(word) : null;
    },
  };
}

/** Where the motor's steps say that the axis stands, deg; or its encoder. */
export function askAngle(axis: number, from: 'motor' | 'encoder'): SmcQuestion<number> {
  return {
    text: `${from === 'motor' ? '?p' : '?e'}${axis}`,
    read: (line) => {
      const word = answerOf(line, axis, /^[-+]?\d{1,6}(\.\d{1,9})?(e[-+]?\d{1,2})?$/i);
      return word !== null && Math.abs(Number(word)) <= LARGEST_DEG ? Number(word) : null;
    },
  };
}

export interface SmcError {
  readonly code: number;
  readonly text: string;
}

export function askError(axis: number): SmcQuestion<SmcError> {
  return {
    text: `?err${axis}`,
    read: (line) => {
      const words = answerOf(line, axis, /^\d{1,6}( .{0,200})?$/);
      if (words === null) return null;
      const [code] = words.split(' ', 1);
      return { code: Number(code), text: words.slice(code!.length).trim() };
    },
  };
}

/** Both ready bits stand and none says that it moves. They may stand 0.2 s and more before the axis has arrived. */
export function isReady(state: number): boolean {
  const both = STATE.axisReady | STATE.controllerReady;
  return (state & both) === both && (state & (STATE.busy | STATE.oscillating)) === 0;
}

/**
 * What is wrong with an axis by its state word, in words; null where nothing is. Limit switches alone are no fault: an axis may stand there. A
 * positioning error is none while it moves: the bit may stand for a moment between its early ready bits and its arrival.
 */
export function faultOf(state: number, isMoving = false): string | null {
  if (state & STATE.externalStop) return 'the external stop is pressed';
  if (state & STATE.errorPending) return 'an error is pending';
  if (state & STATE.blocked) return 'the axis is blocked';
  if (state & STATE.positioningError && !isMoving) return 'the axis did not reach its position';
  return null;
}

/** Which limit the axis stands at, for messages; empty where at none. */
export function limitOf(state: number): string {
  if (state & STATE.limitMinus) return ', at its negative limit switch';
  if (state & STATE.limitPlus) return ', at its positive limit switch';
  if (state & STATE.softLimitMinus) return ', at its lower soft limit';
  return state & STATE.softLimitPlus ? ', at its upper soft limit' : '';
}
