import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({ recoversAfterS: z.number().positive().nullable().default(null) });
type Options = z.infer<typeof optionsSchema>;

/** Cooling water fails: the generator goes off to save the tube. Times are instrument seconds. */
export const waterAlarm: Fault<Options> = {
  id: 'water-alarm',
  title: 'the cooling water fails',
  optionsSchema,
  needs: null,
  apply({ device }, { recoversAfterS }, atS, took) {
    const shutter = device.circuitState().shutter;
    const alarm = { kind: 'generator', severity: 'major', text: 'the cooling water failed', sinceS: atS } as const;
    device.disturb({ generatorOn: false }, { alarmId: 'water', alarm }, atS);
    took(`the water failed while the shutter was ${shutter}`);
    if (recoversAfterS === null) return;
    device.schedule.at(atS + recoversAfterS, (backS) => {
      device.disturb({ generatorOn: true }, null, backS);
      device.operatorReset();
    });
  },
};

/** The detector's high voltage fails: what it counts from now on is worth nothing, so the instrument stops. */
export const highVoltageAlarm: Fault<Options> = {
  id: 'high-voltage-alarm',
  title: "the detector's high voltage fails",
  optionsSchema,
  needs: null,
  apply({ device }, { recoversAfterS }, atS, took) {
    const shutter = device.circuitState().shutter;
    const alarm = { kind: 'device', severity: 'major', text: "the detector's high voltage failed", sinceS: atS } as const;
    device.disturb({}, { alarmId: 'high-voltage', alarm }, atS);
    took(`the high voltage failed while the shutter was ${shutter}`);
    if (recoversAfterS !== null) device.schedule.at(atS + recoversAfterS, () => device.operatorReset());
  },
};
