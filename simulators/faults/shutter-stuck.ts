import { z } from 'zod';
import type { Fault } from './fault.ts';

/** The shutter does not close any more; the cabinet then switches the high voltage off. */
export const shutterStuck: Fault<Record<string, never>> = {
  id: 'shutter-stuck',
  title: 'the shutter sticks open',
  optionsSchema: z.strictObject({}),
  needs: null,
  apply({ device }, _options, atS, took) {
    device.stickShutter(atS);
    took(`the shutter stuck ${device.circuitState().shutter}`);
  },
};
