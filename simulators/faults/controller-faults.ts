import { z } from 'zod';
import type { Fault } from './fault.ts';

const optionsSchema = z.strictObject({ endsAfterS: z.number().positive().nullable().default(null) });
type Options = z.infer<typeof optionsSchema>;

export const secondMaster: Fault<Options> = {
  id: 'second-master',
  title: 'another computer takes remote control by its own port',
  optionsSchema,
  needs: 'controller',
  apply({ controller, device }, { endsAfterS }, atS, took) {
    if (!controller) return;
    controller.heldElsewhere = true;
    controller.loseRemote();
    took('another computer took remote control');
    if (endsAfterS === null) return;
    device.schedule.at(atS + endsAfterS, () => {
      controller.heldElsewhere = false;
    });
  },
};

export const serviceSwitch: Fault<Options> = {
  id: 'service-switch',
  title: 'somebody turns the service switch',
  optionsSchema,
  needs: 'controller',
  apply({ controller, device }, { endsAfterS }, atS, took) {
    if (!controller) return;
    controller.inService = true;
    controller.loseRemote();
    took('the service switch was turned');
    if (endsAfterS === null) return;
    device.schedule.at(atS + endsAfterS, () => {
      controller.inService = false;
    });
  },
};

const busySchema = z.strictObject({ commands: z.int().positive().default(1) });

export const busyPort: Fault<z.infer<typeof busySchema>> = {
  id: 'busy-port',
  title: 'commands are refused because the port is busy',
  optionsSchema: busySchema,
  needs: 'controller',
  apply({ controller }, { commands }, _atS, took) {
    controller?.refuseNext(commands, () => took('a command found the port busy'));
  },
};
