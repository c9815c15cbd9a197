import { z } from 'zod';
import type { Fault } from './fault.ts';

const axis = z.int().min(1).max(4).default(1);
const endsAfterS = z.number().positive().nullable().default(null);

const limitSchema = z.strictObject({ axis, side: z.enum(['negative', 'positive']).default('positive') });

export const limitSwitch: Fault<z.infer<typeof limitSchema>> = {
  id: 'limit-switch',
  title: 'an axis runs into a limit switch',
  optionsSchema: limitSchema,
  needs: 'goniometer',
  apply({ goniometer, device }, { axis: number, side }, _atS, took) {
    const during = device.scans.isRunning() ? 'a scan' : goniometer?.isMoving(number) ? 'a motion' : 'standstill';
    goniometer?.hitLimit(number, side);
    took(`axis ${number} met its ${side} limit switch during ${during}`);
  },
};

const axisSchema = z.strictObject({ axis });

export const lostInitialisation: Fault<z.infer<typeof axisSchema>> = {
  id: 'lost-initialisation',
  title: 'an axis no longer knows where it is',
  optionsSchema: axisSchema,
  needs: 'goniometer',
  apply({ goniometer }, { axis: number }, _atS, took) {
    goniometer?.loseInitialisation(number);
    took(`axis ${number} lost its initialisation`);
  },
};

const freezeSchema = z.strictObject({ axis, endsAfterS });

export const encoderFreeze: Fault<z.infer<typeof freezeSchema>> = {
  id: 'encoder-freeze',
  title: 'the angle that an axis shows stays while it moves',
  optionsSchema: freezeSchema,
  needs: 'goniometer',
  apply({ goniometer, device }, { axis: number, endsAfterS: ends }, atS, took) {
    goniometer?.freeze(number, true);
    took(`axis ${number} showed ${goniometer?.shownDeg(number).toFixed(3)} from now on`);
    if (ends !== null) device.schedule.at(atS + ends, () => goniometer?.freeze(number, false));
  },
};

const missSchema = z.strictObject({ byDeg: z.number().default(0.5) });

export const offTarget: Fault<z.infer<typeof missSchema>> = {
  id: 'off-target',
  title: 'a motion ends beside its target',
  optionsSchema: missSchema,
  needs: 'goniometer',
  apply({ goniometer }, { byDeg }, _atS, took) {
    goniometer?.troubles.missNext(byDeg, () => took(`a motion went ${byDeg} degrees beside its target`));
  },
};

const earlySchema = z.strictObject({ byS: z.number().positive().default(2) });

export const earlyReady: Fault<z.infer<typeof earlySchema>> = {
  id: 'early-ready',
  title: 'an axis says it is ready before it has arrived',
  optionsSchema: earlySchema,
  needs: 'goniometer',
  apply({ goniometer }, { byS }, _atS, took) {
    goniometer?.troubles.readyEarlyNext(byS, () => took(`a motion was called finished ${byS} s before its end`));
  },
};

export const axisStall: Fault<Record<string, never>> = {
  id: 'axis-stall',
  title: 'an axis stops half way and never arrives',
  optionsSchema: z.strictObject({}),
  needs: 'goniometer',
  apply({ goniometer }, _options, _atS, took) {
    goniometer?.troubles.stallNext(() => took('a motion stopped half way'));
  },
};

/** Whatever the controller did is given up, and it takes every axis to stand at 0. */
export const powerCycle: Fault<Record<string, never>> = {
  id: 'power-cycle',
  title: "the goniometer's controller loses its power and starts again",
  optionsSchema: z.strictObject({}),
  needs: 'goniometer',
  apply({ goniometer }, _options, _atS, took) {
    goniometer?.powerCycle();
    took('the controller started anew, without its angles');
  },
};
