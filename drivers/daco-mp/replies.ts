/** What the controller answers: nothing (done), '?' and a code (refused), or the command's letters and data. */
export type DacoReply =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: number }
  | { readonly kind: 'data'; readonly letters: string; readonly text: string };

/** Reads the text of a frame; null where it is none of the three forms. */
export function readReply(text: string): DacoReply | null {
  if (text === '') return { kind: 'done' };
  const refusal = /^\?\s?(\d{1,2})$/.exec(text);
  if (refusal) return { kind: 'refused', code: Number(refusal[1]) };
  const data = /^([A-Z]{2})([ -~]*)$/.exec(text);
  return data ? { kind: 'data', letters: data[1]!, text: data[2]! } : null;
}

/** The measured values of an MV answer, in the order they were measured; null where one does not have the
 * four decimals that they all have. An empty answer holds none. */
export function readValues(text: string): number[] | null {
  if (text === '') return [];
  const parts = text.replace(/,$/, '').split(',');
  if (!parts.every((part) => /^\s*\d{1,10}\.\d{4}$/.test(part))) return null;
  return parts.map(Number);
}

/** The one number of an answer such as that to ST25; null where it is none. */
export function readNumber(text: string): number | null {
  return /^\s*-?\d{1,10}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}
