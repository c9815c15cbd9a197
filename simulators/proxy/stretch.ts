import { z } from 'zod';
import { BYTE_TEXT, bytesOf, indexOfBytes, isByteText, joined } from './byte-pattern.ts';

/** How far a fault reaches into the stream. The default is what arrives in one go. */
export const stretchShape = {
  /** So many bytes. */
  bytes: z.int().positive().optional(),
  /** So many arrivals, whatever their length. */
  pieces: z.int().positive().optional(),
  /** Up to the end of these bytes. */
  until: z.string().refine(isByteText, BYTE_TEXT).optional(),
};

export interface StretchOptions {
  readonly bytes?: number | undefined;
  readonly pieces?: number | undefined;
  readonly until?: string | undefined;
}

export const onlyOne = ({ bytes, pieces, until }: StretchOptions): boolean =>
  [bytes, pieces, until].filter((given) => given !== undefined).length <= 1;
export const ONLY_ONE = 'give only one of bytes, pieces and until';

/** Tells piece by piece where a stretch ends. */
export class Stretch {
  private readonly until: Uint8Array | null;
  private bytesLeft: number;
  private piecesLeft: number;
  private recent: Uint8Array = new Uint8Array(0);
  isDone = false;

  constructor({ bytes, pieces, until }: StretchOptions) {
    this.until = until === undefined ? null : bytesOf(until, 'until');
    this.bytesLeft = bytes ?? Number.POSITIVE_INFINITY;
    this.piecesLeft = pieces ?? (bytes === undefined && until === undefined ? 1 : Number.POSITIVE_INFINITY);
  }

  /** How many of the arriving bytes belong to the stretch. */
  take(piece: Uint8Array): number {
    if (this.until !== null) return this.takeUntil(piece, this.until);
    const taken = Math.min(piece.length, this.bytesLeft);
    this.bytesLeft -= taken;
    this.piecesLeft -= 1;
    this.isDone = this.bytesLeft === 0 || this.piecesLeft === 0;
    return taken;
  }

  private takeUntil(piece: Uint8Array, until: Uint8Array): number {
    const seen = joined(this.recent, piece);
    const at = indexOfBytes(seen, until);
    this.isDone = at >= 0;
    if (this.isDone) return at + until.length - this.recent.length;
    this.recent = seen.slice(Math.max(0, seen.length - until.length + 1));
    return piece.length;
  }
}
