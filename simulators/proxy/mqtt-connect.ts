/** What the first bytes of a link to an MQTT broker are: whole and without its password, not yet whole, no MQTT, or not to be shown at all. */
export type ConnectLook =
  | { readonly kind: 'blanked'; readonly bytes: Uint8Array; readonly packetLength: number }
  | { readonly kind: 'unfinished' | 'other' | 'withheld' };

const CONNECT = 0x10;
const HAS_PASSWORD = 0x40;
const HAS_USERNAME = 0x80;
const HAS_WILL = 0x04;
const BLANK = 0x2a;
/** Lengths of the CONNECT properties of MQTT 5 that are no text and no binary (OASIS MQTT 5.0, 2.2.2.2). */
const FIXED: Readonly<Record<number, number>> = { 17: 4, 33: 2, 34: 4, 39: 4, 23: 1, 25: 1 };

/**
 * Looks for a CONNECT packet at the beginning of a stream and puts asterisks in place of its password, of the same length (OASIS MQTT 3.1.1
 * and 5.0, section 3.1). A CONNECT that cannot be read to its end, or with enhanced authentication, is withheld.
 */
export function lookAtConnect(bytes: Uint8Array): ConnectLook {
  if (bytes.length === 0) return { kind: 'unfinished' };
  if (bytes[0] !== CONNECT) return { kind: 'other' };
  const size = remainingLength(bytes);
  if (size === 'unfinished' || size === 'other') return { kind: size };
  const body = bytes.subarray(size.headLength, size.headLength + size.length);
  const name = [...body.subarray(0, 8)];
  const levels = [
    [0, 4, 77, 81, 84, 84],
    [0, 6, 77, 81, 73, 115, 100, 112],
  ];
  const level = levels.find((protocol) => protocol.slice(0, name.length).every((byte, i) => byte === name[i]));
  if (!level) return { kind: 'other' };
  if (body.length < size.length) return { kind: 'unfinished' };
  // Not slice: that of a Buffer shares its memory, and the password would be gone from the wire too.
  const copy = Uint8Array.from(bytes);
  const packetLength = size.headLength + size.length;
  const isRead = blankPassword(copy.subarray(size.headLength, packetLength), level.length);
  return isRead ? { kind: 'blanked', bytes: copy, packetLength } : { kind: 'withheld' };
}

/** The length field has one to four bytes of seven bits. */
function remainingLength(bytes: Uint8Array): { readonly length: number; readonly headLength: number } | 'unfinished' | 'other' {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[i];
    if (byte === undefined) return 'unfinished';
    length += (byte & 0x7f) * 128 ** (i - 1);
    if (byte < 0x80) return { length, headLength: i + 1 };
  }
  return 'other';
}

/** False where the packet cannot be read to its end. */
function blankPassword(body: Uint8Array, nameLength: number): boolean {
  const version = body[nameLength];
  const flags = body[nameLength + 1];
  if (version === undefined || flags === undefined) return false;
  let at = nameLength + 4;
  const field = (): readonly [number, number] => {
    const length = ((body[at] ?? 0) << 8) | (body[at + 1] ?? 0);
    const start = at + 2;
    at = start + length;
    return [start, at];
  };
  const isFive = version === 5;
  if (isFive) {
    const end = skipProperties(body, at, FIXED);
    if (end === null) return false;
    at = end;
  }
  field(); // the client's name
  if (flags & HAS_WILL) {
    if (isFive) {
      const end = skipProperties(body, at, null);
      if (end === null) return false;
      at = end;
    }
    field();
    field();
  }
  if (flags & HAS_USERNAME) field();
  if (flags & HAS_PASSWORD) {
    const [start, end] = field();
    body.fill(BLANK, start, Math.min(end, body.length));
  }
  return at === body.length;
}

/** Where the properties end; null where they hold authentication, or what is not known. Without `fixed` they are not looked into. */
function skipProperties(body: Uint8Array, at: number, fixed: Readonly<Record<number, number>> | null): number | null {
  const size = remainingLength(body.subarray(at - 1));
  if (typeof size === 'string') return null;
  let place = at + size.headLength - 1;
  const end = place + size.length;
  while (fixed && place < end) {
    const id = body[place]!;
    if (id === 38) {
      // A pair of texts.
      place += 1;
      for (let k = 0; k < 2; k++) place += 2 + (((body[place] ?? 0) << 8) | (body[place + 1] ?? 0));
      continue;
    }
    const length = fixed[id];
    if (length === undefined) return null;
    place += 1 + length;
  }
  return fixed && place !== end ? null : end;
}
