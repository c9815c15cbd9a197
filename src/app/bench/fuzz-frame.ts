import type { RandomSource } from '../../ports/runtime.ts';
import { mutate } from '../bench-fuzz-mutations.ts';

/** One sound frame and the reader that would get it. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** What the bytes say to the reader, in one comparable text; null where it refuses them. Anything thrown is a defect. */
  read(bytes: Uint8Array): string | null | Promise<string | null>;
  /** Whether these bytes break a checksum, a length or a number of fields that the reader knows: such must be refused. */
  isFormBroken?(bytes: Uint8Array): boolean;
}

/** One kind of frame on a wire. */
export interface FrameKind {
  /** Who reads it: the driver, or the simulated instrument. */
  readonly reader: 'driver' | 'simulator';
  readonly name: string;
  /** Its numbers become counts or angles of a scan. */
  readonly isValue: boolean;
  /** One case of so many is of a kind that is slow to read; 1 for the others. */
  readonly oneOf?: number;
  make(random: RandomSource): Frame | Promise<Frame>;
}

/** Everything that is read on one wire. */
export interface WireFrames {
  readonly wire: string;
  readonly kinds: readonly FrameKind[];
}

export const damages = ['bytes', 'blocks', 'noise'] as const;
export type Damage = (typeof damages)[number];

/** A flood that a reader must survive, beside the damage that a wire does. */
const FLOOD_BYTES = 1 << 20;
const USUAL_BYTES = 1 << 14;

/** Half the frames get a few wrong bytes as on a bad line, a third lose, repeat or swap whole blocks, and the rest are noise from the first byte. */
export function damageFrame(sent: Uint8Array, random: RandomSource): { readonly damage: Damage; readonly bytes: Uint8Array } {
  const draw = random.uniform();
  if (draw < 0.5) return { damage: 'bytes', bytes: damageBytes(sent, random) };
  if (draw < 0.85) return { damage: 'blocks', bytes: mutate(sent, random, sent, random.integer(2000) === 0 ? FLOOD_BYTES : USUAL_BYTES) };
  return { damage: 'noise', bytes: Uint8Array.from({ length: 1 + random.integer(2 * sent.length + 16) }, () => random.integer(256)) };
}

/** One to three bytes flipped in a bit, lost, doubled or made up, or the end cut off. */
export function damageBytes(sent: Uint8Array, random: RandomSource): Uint8Array {
  const bytes = [...sent];
  for (let times = 1 + random.integer(3); times > 0 && bytes.length > 0; times--) {
    const at = random.integer(bytes.length);
    const how = random.integer(5);
    if (how === 0) bytes[at] = bytes[at]! ^ (1 << random.integer(8));
    else if (how === 1) bytes.splice(at, 1);
    else if (how === 2) bytes.splice(at, 0, bytes[at]!);
    else if (how === 3) bytes.splice(at, 0, random.integer(256));
    else bytes.splice(at);
  }
  return Uint8Array.from(bytes);
}

/** The bytes in pieces, as a port may hand them over. */
export function* inPieces(bytes: Uint8Array, random: RandomSource): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; ) {
    const to = random.integer(2) === 0 ? bytes.length : from + 1 + random.integer(bytes.length - from);
    yield bytes.subarray(from, to);
    from = to;
  }
}
