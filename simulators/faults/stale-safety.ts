import { z } from 'zod';
import { afterWallS, type Fault } from './fault.ts';

const optionsSchema = z.strictObject({
  forWallS: z.number().positive().nullable().default(null),
  /** Nothing comes, or the same message again and again, with the number and the time it had. */
  how: z.enum(['silent', 'repeated']).default('silent'),
});

/** The safety messages stop, or are the same for ever, while everything else goes on. */
export const staleSafety: Fault<z.infer<typeof optionsSchema>> = {
  id: 'stale-safety',
  title: 'the safety messages stop, or repeat an old one',
  optionsSchema,
  needs: 'messages',
  apply(reach, { forWallS, how }, _atS, took) {
    const set = (on: boolean): void => (how === 'silent' ? reach.messages?.mute(on) : reach.messages?.repeatSafety(on));
    set(true);
    took(how === 'silent' ? 'the safety messages stopped' : 'the same safety message was sent again from now on');
    if (forWallS !== null) afterWallS(reach, forWallS, () => set(false));
  },
};
