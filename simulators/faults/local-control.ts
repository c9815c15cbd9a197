import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({
  endsAfterS: z.number().positive().nullable().default(null),
});

/** An operator takes the instrument over at its own panel. Times are instrument seconds. */
export const localControl: Fault<z.infer<typeof optionsSchema>> = {
  id: 'local-control',
  title: 'an operator takes local control',
  optionsSchema,
  needs: null,
  apply({ device }, { endsAfterS }, atS, took) {
    device.setLocalControl(true, atS);
    took('an operator took local control');
    if (endsAfterS !== null) device.schedule.at(atS + endsAfterS, (endS) => device.setLocalControl(false, endS));
  },
};
