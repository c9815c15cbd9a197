import { z } from 'zod';
import { afterWallS, type Fault } from './fault.ts';

const optionsSchema = z.strictObject({ forWallS: z.number().positive().nullable().default(null) });

/** The link stays open and nothing comes through it in either direction. */
export const halfOpenLink: Fault<z.infer<typeof optionsSchema>> = {
  id: 'half-open-link',
  title: 'the link stays open and carries nothing',
  optionsSchema,
  needs: 'replies',
  apply(reach, { forWallS }, _atS, took) {
    reach.replies?.deafen(true);
    took('the link carried nothing any more');
    if (forWallS !== null) afterWallS(reach, forWallS, () => reach.replies?.deafen(false));
  },
};
