/** The names of a zip archive stand at its end, those of its first entries at its beginning too. */
const LOOK_BYTES = 65536;

/** Is this a zip archive, whole or cut short, with an entry of such a name? Looks at both ends only and unpacks nothing. */
export function zipMentions(bytes: Uint8Array, name: RegExp): boolean {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b || bytes[2] !== 3 || bytes[3] !== 4) return false;
  return [bytes.subarray(0, LOOK_BYTES), bytes.subarray(-LOOK_BYTES)].some((part) => name.test(new TextDecoder('latin1').decode(part)));
}
