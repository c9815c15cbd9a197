/** A message of the wire: words between `@`, some with a value. `order` has the words in their order. */
export interface AerisMessage {
  readonly order: readonly string[];
  readonly values: ReadonlyMap<string, string>;
}

const END = '@END';

/** The first whole message in the text that has arrived, or null while there is none; what stands before its `@` is dropped. */
export function firstMessage(text: string): string | null {
  const start = text.indexOf('@');
  const end = text.indexOf(END, start + 1);
  return start < 0 || end < 0 ? null : text.slice(start, end + END.length);
}

/** `@A@B=x@END` as words and values; null where it is no message. */
export function parseMessage(text: string): AerisMessage | null {
  if (!text.startsWith('@') || !text.endsWith(END)) return null;
  const parts = text.slice(1, -END.length).split('@');
  if (parts.some((part) => part === '')) return null;
  const values = new Map<string, string>();
  const order: string[] = [];
  for (const part of parts) {
    const equals = part.indexOf('=');
    const word = equals < 0 ? part : part.slice(0, equals);
    if (values.has(word)) return null;
    order.push(word);
    if (equals >= 0) values.set(word, part.slice(equals + 1));
  }
  return { order, values };
}

/**
 * The replies. Of the real ones only READY=, SYSTEM=, STATE= and the word "fatal" are publicly known; the words around them are this simulator's
 * own. Correct them here.
 */
export const replies = {
  unit: (isReady: boolean) => `@STATUS_REPLY@UNIT=xrd@READY=${isReady ? 'yes' : 'no'}@END`,
  system: (isRemote: boolean) => `@STATUS_REPLY@SYSTEM=${isRemote ? 'remote' : 'local'}@END`,
  location: (slot: number, isFree: boolean) => `@STATUS_REPLY@LOCATION=0,${slot}@STATE=${isFree ? 'free' : 'occupied'}@END`,
  done: (verb: string) => `@SAMPLE_REPLY@${verb}@RESULT=ok@END`,
  fatal: (text: string) => `@REPLY@ERROR=fatal@TEXT=${text.replace(/[@=]/g, ' ')}@END`,
} as const;
