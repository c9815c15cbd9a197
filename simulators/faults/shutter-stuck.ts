import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({ how: z.enum(['open', 'closed']).default('open') });

/** The shutter does not close any more, and the cabinet then switches the high voltage off; or, once closed, it does not open any more. */
export const shutterStuck: Fault<z.infer<typeof optionsSchema>> = {
  id: 'shutter-stuck',
  title: 'the shutter sticks open, or closed',
  optionsSchema,
  needs: null,
  apply({ device }, { how }, atS, took) {
    if (how === 'closed') {
      device.jamShutter(() => took('the shutter did not open'));
      return;
    }
    device.stickShutter(atS);
    took(`the shutter stuck ${device.circuitState().shutter}`);
  },
};

const misreadSchema = z.strictObject({
  shows: z.enum(['open', 'closed']).default('open'),
  endsAfterS: z.number().positive().nullable().default(null),
});

export const shutterMisread: Fault<z.infer<typeof misreadSchema>> = {
  id: 'shutter-misread',
  title: 'what the instrument says of its shutter is not true',
  optionsSchema: misreadSchema,
  needs: 'shutterWord',
  apply({ shutterWord, device }, { shows, endsAfterS }, atS, took) {
    shutterWord?.misreadShutter(shows);
    took(`the shutter was ${device.circuitState().shutter} and is called ${shows} from now on`);
    if (endsAfterS !== null) device.schedule.at(atS + endsAfterS, () => shutterWord?.misreadShutter(null));
  },
};
