import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({
  /** Until it is switched on again and the alarm is reset; null: never. */
  recoversAfterS: z.number().positive().nullable().default(null),
});

/** The high voltage trips. Times are instrument seconds. */
export const generatorTrip: Fault<z.infer<typeof optionsSchema>> = {
  id: 'generator-trip',
  title: 'the generator trips',
  optionsSchema,
  needs: null,
  apply({ device }, { recoversAfterS }, atS, took) {
    const shutter = device.circuitState().shutter;
    const alarm = { kind: 'generator', severity: 'major', text: 'the generator tripped', sinceS: atS } as const;
    device.disturb({ generatorOn: false }, { alarmId: 'generator', alarm }, atS);
    took(`the generator tripped while the shutter was ${shutter}`);
    if (recoversAfterS === null) return;
    device.schedule.at(atS + recoversAfterS, (backS) => {
      device.disturb({ generatorOn: true }, null, backS);
      device.operatorReset();
    });
  },
};
