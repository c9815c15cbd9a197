import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({
  readouts: z.int().positive().default(1),
  /** A whole frame of -1, or the error number alone. */
  how: z.enum(['frame', 'number']).default('frame'),
});

export const readoutFailed: Fault<z.infer<typeof optionsSchema>> = {
  id: 'readout-failed',
  title: 'the detector cannot read a frame out',
  optionsSchema,
  needs: 'strips',
  apply({ strips }, { readouts, how }, _atS, took) {
    strips?.failReadouts(readouts, how, () =>
      took(how === 'frame' ? 'a frame of -1 was sent' : 'an error number was sent in place of a frame'),
    );
  },
};

const dropSchema = z.strictObject({ frames: z.int().positive().default(1) });

export const frameOverflow: Fault<z.infer<typeof dropSchema>> = {
  id: 'frame-overflow',
  title: 'a frame finds no room in the detector and is lost',
  optionsSchema: dropSchema,
  needs: 'strips',
  apply({ strips }, { frames }, _atS, took) {
    strips?.dropFrames(frames, () => took('a frame was lost for want of room'));
  },
};
