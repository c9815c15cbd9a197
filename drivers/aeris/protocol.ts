/**
 * The frames of the Aeris automation interface, as two public clients use them (CederGroupHub/alab_control, diffractometer_aeris/aeris.py;
 * njszym/AdaptiveXRD, AerisAI): text in UTF-8 without line ends, fields parted by '@', the last one END, one TCP connection per exchange.
 * The full grammar of replies is not public. What is assumed of it stands in this file and nowhere else.
 */

export const AERIS_PORT = 702;

/** Places for samples as people name them, and as the wire numbers them: inside 0, belt 1, positions 1 to 5 as 2 to 6. */
export const SLOTS: Readonly<Record<string, number>> = { belt: 1, '1': 2, '2': 3, '3': 4, '4': 5, '5': 6 };

export type Slot = keyof typeof SLOTS;

export type AerisRequest =
  /** Idempotent. */
  | { readonly kind: 'unit' | 'system' }
  | { readonly kind: 'location'; readonly slot: Slot }
  /** State-checked: ids are never used twice, so a repetition is answered "fatal" and nothing more. */
  | { readonly kind: 'add'; readonly sampleId: string; readonly program: string; readonly slot: Slot }
  | { readonly kind: 'remove'; readonly sampleId: string }
  /** Once-only: never sent again before the state was read. */
  | { readonly kind: 'measure'; readonly sampleId: string; readonly program: string };

/** May this text stand as the value of a field? It must not end the field or the frame, and a log must be able to show it. */
export function isFieldText(text: string): boolean {
  return text.length > 0 && text === text.trim() && ![...text].some((letter) => letter === '@' || letter === '=' || isControl(letter));
}

function isControl(letter: string): boolean {
  return letter < ' ' || letter === '\x7f';
}

/** The frame of a request. Throws a RangeError where a value would break it. */
export function encode(request: AerisRequest): string {
  switch (request.kind) {
    case 'unit':
      return '@STATUS_REQUEST@UNIT=xrd@END';
    case 'system':
      return '@STATUS_REQUEST@SYSTEM@END';
    case 'location':
      return `@STATUS_REQUEST@LOCATION=0,${numberOf(request.slot)}@END`;
    case 'add':
      return `@SAMPLE@ADD@APPLICATION=${value(request.program)}@SAMPLE_ID=${value(request.sampleId)}@AT=0,${numberOf(request.slot)}@END`;
    case 'measure':
      return `@SAMPLE@MEASURE@SAMPLE_ID=${value(request.sampleId)}@APPLICATION=${value(request.program)}@END`;
    case 'remove':
      return `@SAMPLE@REMOVE@SAMPLE_ID=${value(request.sampleId)}@END`;
  }
}

function numberOf(slot: Slot): number {
  const number = SLOTS[slot];
  if (number === undefined) throw new RangeError(`there is no slot ${slot}`);
  return number;
}

function value(text: string): string {
  if (!isFieldText(text)) throw new RangeError(`${JSON.stringify(text)} would break the frame`);
  return text;
}

/** Does the reply say that it is complete? Others are taken for whole after a silence. */
export function isWholeReply(text: string): boolean {
  return /@END\s*$/i.test(text);
}

export type AerisReply =
  /** The instrument refuses, in its own words. */
  | { readonly kind: 'fatal'; readonly text: string }
  | { readonly kind: 'ok'; readonly fields: ReadonlyMap<string, string> }
  /** No reply of this grammar, or cut off in the middle. */
  | { readonly kind: 'garbled'; readonly text: string };

/** Reads any text as a reply; never throws. Names of fields come in upper case. */
export function decode(text: string): AerisReply {
  const plain = text.trim();
  if (/fatal/i.test(plain)) return { kind: 'fatal', text: excerpt(plain) };
  const unreadable = [...plain].some((letter) => isControl(letter) || letter === '\uFFFD');
  if (!plain.startsWith('@') || unreadable) return { kind: 'garbled', text: excerpt(plain) };
  const fields = new Map<string, string>();
  for (const part of plain.split('@')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at).trim().toUpperCase(), part.slice(at + 1).trim());
    else if (part.trim() !== '') fields.set(part.trim().toUpperCase(), '');
  }
  return { kind: 'ok', fields };
}

/** READY=yes or no; null where the reply does not say so. `no` means that something is being measured. */
export function readyOf(reply: AerisReply): boolean | null {
  const ready = fieldOf(reply, 'READY');
  return ready === 'yes' ? true : ready === 'no' ? false : null;
}

/** SYSTEM=remote means that this interface has control; any other value, that the operator has it. Null where the reply does not say. */
export function remoteOf(reply: AerisReply): boolean | null {
  const system = fieldOf(reply, 'SYSTEM');
  return system ? system === 'remote' : null;
}

/** STATE=free or occupied, by the proximity sensor of the place; null where the reply does not say. */
export function occupiedOf(reply: AerisReply): boolean | null {
  const state = fieldOf(reply, 'STATE');
  return state === 'occupied' ? true : state === 'free' ? false : null;
}

function fieldOf(reply: AerisReply, name: string): string | null {
  return reply.kind === 'ok' ? (reply.fields.get(name)?.toLowerCase() ?? null) : null;
}

/** For messages: one line of printable text. */
function excerpt(text: string): string {
  const printable = [...text].map((letter) => (isControl(letter) ? '.' : letter)).join('');
  return printable.length > 120 ? `${printable.slice(0, 120)}...` : printable;
}
