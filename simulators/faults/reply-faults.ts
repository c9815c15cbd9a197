import { z } from 'zod';
import type { Departure, ReplyTamper } from '../endpoints/reply-gate.ts';
import { type Fault, forTimes, type Need } from './fault.ts';

const optionsSchema = z.strictObject({
  replies: z.int().positive().default(1),
  /** Only replies to requests that begin so; null: to any. */
  to: z.string().min(1).nullable().default(null),
});
type Options = z.infer<typeof optionsSchema>;

/** A fault that treats the next `replies` replies to requests beginning with `to`. */
function replyFault<O extends Options>(
  id: string,
  title: string,
  schema: z.ZodType<O>,
  effect: (request: string) => string,
  treat: (options: O) => (...given: Parameters<ReplyTamper>) => readonly Departure[] | null,
  needs: Need = 'replies',
): Fault<O> {
  return {
    id,
    title,
    optionsSchema: schema,
    needs,
    apply(reach, options, _atS, took) {
      const spoil = treat(options);
      forTimes(options.replies, (spend) =>
        reach.replies?.addTamper((reply, request, earlier, before) => {
          if (options.to !== null && !request.startsWith(options.to)) return null;
          const departures = spoil(reply, request, earlier, before);
          if (!departures) return null;
          took(effect(request));
          spend();
          return departures;
        }),
      );
    },
  };
}

const now = (...pieces: readonly Uint8Array[]): Departure[] => pieces.map((bytes) => ({ bytes, afterMs: 0 }));

export const lostReply = replyFault(
  'lost-reply',
  'the instrument does what it was told, and the reply gets lost',
  optionsSchema,
  (request) => `the reply to ${request} was lost`,
  () => () => [],
);

export const lateReply = replyFault(
  'late-reply',
  'a reply comes late',
  optionsSchema.extend({ byWallS: z.number().positive().default(3) }),
  (request) => `the reply to ${request} was held back`,
  ({ byWallS }) =>
    (reply) => [{ bytes: reply, afterMs: byWallS * 1000 }],
);

export const repeatedReply = replyFault(
  'repeated-reply',
  'a reply comes twice',
  optionsSchema,
  (request) => `the reply to ${request} was sent twice`,
  () => (reply) => now(reply, reply),
);

/** One bit in each of the middle bytes is turned over; the frame itself stays, where it is longer than its marks. */
export const garbledReply = replyFault(
  'garbled-reply',
  'a reply arrives with turned bits or cut in half',
  optionsSchema.extend({ how: z.enum(['bits', 'cut']).default('bits') }),
  (request) => `the reply to ${request} was garbled`,
  ({ how }) =>
    (reply) =>
      now(how === 'cut' ? reply.slice(0, reply.length >> 1) : reply.map((byte, i) => (i > 0 && i < reply.length - 1 ? byte ^ 0x40 : byte))),
);

/** Where replies have no marks of their own, what is asked next is answered into the gap. */
export const halfReply = replyFault(
  'half-reply',
  'the first half of a reply comes, and the rest late or never',
  optionsSchema.extend({ restAfterWallS: z.number().positive().nullable().default(null) }),
  (request) => `half of the reply to ${request} was sent`,
  ({ restAfterWallS }) =>
    (reply) => {
      const half = reply.length >> 1;
      const rest = restAfterWallS === null ? [] : [{ bytes: reply.slice(half), afterMs: restAfterWallS * 1000 }];
      return [...now(reply.slice(0, half)), ...rest];
    },
);

/** Waits for a reply that has one to another request before it. */
export const foreignReply = replyFault(
  'foreign-reply',
  'the answer to another request comes instead',
  optionsSchema,
  (request) => `${request} was answered with the reply to another request`,
  () => (_reply, _request, earlier) => earlier && now(earlier),
);

/** Old counts look like new ones: an old answer to such a request no driver can tell, and it is given only where it is asked for by name. */
const FETCHES_VALUES = /^(MV|-readout)/;

/** As from a program in between that remembers answers: what was true then is said again. */
export const staleReply = replyFault(
  'stale-reply',
  'an old answer to the same request comes again',
  optionsSchema,
  (request) => `${request} was answered as before`,
  ({ to }) =>
    (_reply, request, _earlier, before) =>
      before && (to !== null || !FETCHES_VALUES.test(request)) ? now(before) : null,
);

/** The reply waits until the next one has left; where nothing more is asked it is lost. */
export const reorderedReply: Fault<Options> = {
  id: 'reordered-reply',
  title: 'two replies change places',
  optionsSchema,
  needs: 'replyStream',
  apply({ replyStream }, { replies, to }, _atS, took) {
    let held: { readonly request: string; readonly reply: Uint8Array } | null = null;
    let left = replies;
    const remove = replyStream?.addTamper((reply, request) => {
      if (held === null) {
        if (left === 0 || (to !== null && !request.startsWith(to))) return null;
        held = { request, reply };
        left--;
        return [];
      }
      const swapped = now(reply, held.reply);
      took(`the reply to ${held.request} came after that to ${request}`);
      held = null;
      if (left === 0) remove?.();
      return swapped;
    });
  },
};

const lostSchema = z.strictObject({ commands: z.int().positive().default(1), to: z.string().min(1).nullable().default(null) });

export const lostCommand: Fault<z.infer<typeof lostSchema>> = {
  id: 'lost-command',
  title: 'a command never arrives',
  optionsSchema: lostSchema,
  needs: 'commands',
  apply(reach, { commands, to }, _atS, took) {
    let left = commands;
    const remove = reach.commands?.addSieve((request) => {
      if (left === 0 || (to !== null && !request.startsWith(to))) return false;
      took(`${request} never arrived`);
      if (--left === 0) remove?.();
      return true;
    });
  },
};
