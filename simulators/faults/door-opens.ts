import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({
  closesAfterS: z.number().positive().nullable().default(null),
  /** After the door has closed: an operator's reset at the cabinet. */
  resetAfterS: z.number().nonnegative().nullable().default(null),
});

/** Somebody opens the cabinet: the interlock drops the shutter. Times are instrument seconds. */
export const doorOpens: Fault<z.infer<typeof optionsSchema>> = {
  id: 'door-opens',
  title: 'a door of the cabinet opens',
  optionsSchema,
  needs: null,
  apply({ device }, { closesAfterS, resetAfterS }, atS, took) {
    const shutter = device.circuitState().shutter;
    const alarm = { kind: 'interlock', severity: 'major', text: 'the interlock opened: a door is open', sinceS: atS } as const;
    device.disturb({ doorsClosed: false, interlockClosed: false }, { alarmId: 'door', alarm }, atS);
    took(`the door opened while the shutter was ${shutter}`);
    if (closesAfterS === null) return;
    device.schedule.at(atS + closesAfterS, (closedS) => {
      device.disturb({ doorsClosed: true, interlockClosed: true }, null, closedS);
      if (resetAfterS !== null) device.schedule.at(closedS + resetAfterS, () => device.operatorReset());
    });
  },
};
