const SPACE = 0x20;
const DELETE = 0x7f;
/** From tab to carriage return: the control characters that do occur in texts. */
const [TAB, RETURN] = [0x09, 0x0d];

/** The "<" that XML begins with. */
const OPENING = 0x3c;

/** DOS programs end a text with it. */
const END_MARK = '\x1a';

/** The text of a file: UTF-16 by its byte order mark or by the zero beside a first "<", UTF-8, or else Windows-1252; null where the bytes are not text. */
export function decodeText(bytes: Uint8Array): string | null {
  const text = withoutEndMark(decode(bytes));
  return isBinary(text) ? null : text;
}

/** The first `maxBytes`, for a look at the beginning. */
export function decodeBeginning(bytes: Uint8Array, maxBytes: number): string | null {
  return decodeText(bytes.subarray(0, maxBytes));
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const startsAs = (mark: number, mate: number): boolean => first === mark && second === mate;
  if (startsAs(0xff, 0xfe) || startsAs(OPENING, 0)) return new TextDecoder('utf-16le').decode(bytes);
  if (startsAs(0xfe, 0xff) || startsAs(0, OPENING)) return new TextDecoder('utf-16be').decode(bytes);
  try {
    // With `stream` a character cut in two at the end of a look is left out instead of being an error.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function withoutEndMark(text: string): string {
  let end = text.trimEnd().length;
  while (text[end - 1] === END_MARK) end--;
  return text.slice(0, end);
}

/** Has it control characters that no text has? */
function isBinary(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < SPACE && (code < TAB || code > RETURN)) || code === DELETE) return true;
  }
  return false;
}
