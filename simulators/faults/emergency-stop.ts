import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({
  /** Until it is released and the alarm is reset; null: never. */
  releasedAfterS: z.number().positive().nullable().default(null),
});

/** Somebody, or the switch that guards against collisions, stops everything. Times are instrument seconds. */
export const emergencyStop: Fault<z.infer<typeof optionsSchema>> = {
  id: 'emergency-stop',
  title: 'the emergency stop is pressed, by hand or by a collision',
  optionsSchema,
  needs: null,
  apply({ device, goniometer }, { releasedAfterS }, atS, took) {
    const { shutter } = device.circuitState();
    const alarm = { kind: 'interlock', severity: 'major', text: 'the emergency stop was pressed', sinceS: atS } as const;
    goniometer?.halt(null);
    device.disturb({ emergencyStop: true }, { alarmId: 'emergency-stop', alarm }, atS);
    took(`the emergency stop was pressed while the shutter was ${shutter}`);
    if (releasedAfterS === null) return;
    device.schedule.at(atS + releasedAfterS, (freeS) => {
      device.disturb({ emergencyStop: false }, null, freeS);
      device.operatorReset();
    });
  },
};
