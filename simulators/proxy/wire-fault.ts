import type { z } from 'zod';
import type { RandomSource } from '../../src/ports/runtime.ts';

/** Towards the instrument or back. */
export type Direction = 'toInstrument' | 'toController';

export const DIRECTIONS: readonly Direction[] = ['toInstrument', 'toController'];

/** Bytes that go on, so many ms later. What follows waits behind them, unless it may overtake. */
export interface Departure {
  readonly bytes: Uint8Array;
  readonly afterMs?: number;
  readonly overtaken?: boolean;
}

/** What a fault makes of the stretch of bytes that it has hold of. */
export interface Treatment {
  /** Before the first byte; only for what needs none. */
  begin?(): readonly Departure[];
  bytes(piece: Uint8Array): readonly Departure[];
  /** The stretch is whole, or the link has ended within it. */
  end(): readonly Departure[];
  /** What it did, as the end of a sentence; null where it did nothing. */
  effect(): string | null;
}

/** A fault that takes hold of a stretch of bytes in one direction. */
export interface StretchFault<O> {
  readonly kind: 'stretch';
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType<O>;
  treat(options: O, random: RandomSource): Treatment;
}

/** What a fault of the whole wire can reach. */
export interface WireReach {
  /** Nothing passes in these directions; `took` hears the first time that bytes were swallowed. */
  deafen(directions: readonly Direction[], took: () => void): () => void;
  /** Bytes leave in pieces of `bytes` with `everyMs` between them; `took` hears of the first piece that was too long. */
  pace(directions: readonly Direction[], bytes: number, everyMs: number, took: () => void): () => void;
  /** Ends every link; gives how many there were. */
  cut(how: 'end' | 'reset'): number;
  /** Takes no new link; `took` hears of the first that was turned away. */
  refuse(took: () => void): () => void;
  afterMs(ms: number, act: () => void): void;
}

/** A fault of the whole wire. */
export interface LineFault<O> {
  readonly kind: 'line';
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType<O>;
  apply(reach: WireReach, directions: readonly Direction[], options: O, took: (effect: string) => void): void;
}

/** Keeps the options' type inside the fault while the registry holds them all. */
export type AnyWireFault = StretchFault<unknown> | LineFault<unknown>;
