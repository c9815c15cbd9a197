import { z } from 'zod';
import type { LineFault } from './wire-fault.ts';

const forS = z.number().positive().nullable().default(null);

const openSchema = z.strictObject({ forS });

export const halfOpen: LineFault<z.infer<typeof openSchema>> = {
  kind: 'line',
  id: 'half-open',
  title: 'the link stays open and carries nothing',
  optionsSchema: openSchema,
  apply(reach, directions, { forS: seconds }, took) {
    const end = reach.deafen(directions, () => took('what was sent got lost and the link stayed open'));
    if (seconds !== null) reach.afterMs(seconds * 1000, end);
  },
};

const throttleSchema = z.strictObject({ bytes: z.int().positive().default(16), everyMs: z.number().nonnegative().default(20), forS });

export const throttle: LineFault<z.infer<typeof throttleSchema>> = {
  kind: 'line',
  id: 'throttle',
  title: 'bytes come in small pieces with pauses',
  optionsSchema: throttleSchema,
  apply(reach, directions, { bytes, everyMs, forS: seconds }, took) {
    const end = reach.pace(directions, bytes, everyMs, () => took(`what was sent came in pieces of ${bytes} bytes every ${everyMs} ms`));
    if (seconds !== null) reach.afterMs(seconds * 1000, end);
  },
};

const cutSchema = z.strictObject({
  how: z.enum(['end', 'reset']).default('end'),
  /** So long nothing new is let in; null: for ever, 0: not at all. */
  refuseForS: z.number().nonnegative().nullable().default(0),
});

/** A pseudo-terminal is unplugged, for at least a moment. */
export const cut: LineFault<z.infer<typeof cutSchema>> = {
  kind: 'line',
  id: 'cut',
  title: 'the link breaks',
  optionsSchema: cutSchema,
  apply(reach, _directions, { how, refuseForS }, took) {
    if (refuseForS !== 0) {
      const end = reach.refuse(() => took('a new link was turned away'));
      if (refuseForS !== null) reach.afterMs(refuseForS * 1000, end);
    }
    const links = reach.cut(how);
    if (links > 0) took(`${links} ${links === 1 ? 'link was' : 'links were'} ${how === 'reset' ? 'reset' : 'ended'}`);
  },
};
