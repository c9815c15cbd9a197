import { z } from 'zod';
import { BYTE_TEXT, bytesOf, isByteText, joined } from './byte-pattern.ts';
import { ONLY_ONE, onlyOne, stretchShape } from './stretch.ts';
import type { StretchFault } from './wire-fault.ts';

const stretchSchema = z.strictObject(stretchShape).refine(onlyOne, ONLY_ONE);

export const drop: StretchFault<z.infer<typeof stretchSchema>> = {
  kind: 'stretch',
  id: 'drop',
  title: 'bytes get lost',
  optionsSchema: stretchSchema,
  treat: () => {
    let lost = 0;
    return {
      bytes: (piece) => {
        lost += piece.length;
        return [];
      },
      end: () => [],
      effect: () => (lost > 0 ? `${lost} bytes were lost` : null),
    };
  },
};

const delaySchema = z
  .strictObject({ ...stretchShape, byS: z.number().positive().default(3), overtaken: z.boolean().default(false) })
  .refine(onlyOne, ONLY_ONE);

export const delay: StretchFault<z.infer<typeof delaySchema>> = {
  kind: 'stretch',
  id: 'delay',
  title: 'bytes come late, and what follows behind them, or before them where it may overtake',
  optionsSchema: delaySchema,
  treat: ({ byS, overtaken }) => {
    let late = 0;
    return {
      bytes: (bytes) => {
        // Only the first piece sets the pause: the others wait behind it.
        const afterMs = late === 0 || overtaken ? byS * 1000 : 0;
        late += bytes.length;
        return [{ bytes, afterMs, overtaken }];
      },
      end: () => [],
      effect: () => (late > 0 ? `${late} bytes came ${byS} s late${overtaken ? ' and could be overtaken' : ''}` : null),
    };
  },
};

const repeatSchema = z.strictObject({ ...stretchShape, copies: z.int().positive().max(1000).default(1) }).refine(onlyOne, ONLY_ONE);

export const repeat: StretchFault<z.infer<typeof repeatSchema>> = {
  kind: 'stretch',
  id: 'repeat',
  title: 'bytes come again',
  optionsSchema: repeatSchema,
  treat: ({ copies }) => {
    let seen: Uint8Array = new Uint8Array(0);
    return {
      bytes: (bytes) => {
        seen = joined(seen, bytes);
        return [{ bytes }];
      },
      end: () => (seen.length > 0 ? Array.from({ length: copies }, () => ({ bytes: seen })) : []),
      effect: () => (seen.length > 0 ? `${seen.length} bytes came ${copies + 1} times` : null),
    };
  },
};

const garbleSchema = z
  .strictObject({ ...stretchShape, how: z.enum(['bits', 'truncate']).default('bits'), share: z.number().gt(0).max(1).default(1) })
  .refine(onlyOne, ONLY_ONE);

/** One bit, drawn from the seed, turns over in each byte of the share; or the second half is missing. */
export const garble: StretchFault<z.infer<typeof garbleSchema>> = {
  kind: 'stretch',
  id: 'garble',
  title: 'bits turn over, or the second half is missing',
  optionsSchema: garbleSchema,
  treat: ({ how, share }, random) => {
    let held: Uint8Array = new Uint8Array(0);
    let spoilt = 0;
    const turn = (byte: number): number => {
      if (random.uniform() >= share) return byte;
      spoilt++;
      return byte ^ (1 << random.integer(8));
    };
    return {
      bytes: (bytes) => {
        if (how === 'bits') return [{ bytes: bytes.map(turn) }];
        held = joined(held, bytes);
        return [];
      },
      end: () => {
        const kept = held.length >> 1;
        spoilt += held.length - kept;
        return kept > 0 ? [{ bytes: held.slice(0, kept) }] : [];
      },
      effect: () =>
        spoilt === 0 ? null : how === 'bits' ? `a bit turned over in ${spoilt} bytes` : `the last ${spoilt} bytes were missing`,
    };
  },
};

const insertSchema = z.strictObject({
  text: z.string().refine(isByteText, BYTE_TEXT),
});

/** Also for an XOFF on a serial line, or the answer to a question that nobody asked. */
export const insert: StretchFault<z.infer<typeof insertSchema>> = {
  kind: 'stretch',
  id: 'insert',
  title: 'bytes come that nobody sent',
  optionsSchema: insertSchema,
  treat: ({ text }) => {
    const bytes = bytesOf(text, 'text');
    return {
      begin: () => [{ bytes }],
      bytes: (piece) => [{ bytes: piece }],
      end: () => [],
      effect: () => `${bytes.length} bytes were put in`,
    };
  },
};
