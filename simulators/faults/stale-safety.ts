import { z } from 'zod';
import { afterWallS, type Fault } from './fault.ts';

const optionsSchema = z.strictObject({ forWallS: z.number().positive().nullable().default(null) });

/** The safety messages stop while everything else goes on. */
export const staleSafety: Fault<z.infer<typeof optionsSchema>> = {
  id: 'stale-safety',
  title: 'the safety messages stop',
  optionsSchema,
  needs: 'messages',
  apply(reach, { forWallS }, _atS, took) {
    reach.messages?.mute(true);
    took('the safety messages stopped');
    if (forWallS !== null) afterWallS(reach, forWallS, () => reach.messages?.mute(false));
  },
};
