import { z } from 'zod';
import type { Fault } from './fault.ts';

const endsAfterS = z.number().positive().nullable().default(null);

const missingSchema = z.strictObject({
  /** Whether the empty holder stays: then a changer's sensor sees it lie there as before. */
  holderStays: z.boolean().default(false),
  endsAfterS,
});

/** From now on air and holder scatter alone. */
export const missingSample: Fault<z.infer<typeof missingSchema>> = {
  id: 'missing-sample',
  title: 'nothing lies where the sample was',
  optionsSchema: missingSchema,
  needs: 'holder',
  apply({ holder, samples, device }, { holderStays, endsAfterS: ends }, atS, took) {
    holder?.mount('nothing');
    if (!holderStays) samples?.takeAway();
    took('the sample was gone');
    if (ends !== null) device.schedule.at(atS + ends, () => holder?.mount('right'));
  },
};

const wrongSchema = z.strictObject({ endsAfterS });

/** The right name, the right place, another powder. */
export const wrongSample: Fault<z.infer<typeof wrongSchema>> = {
  id: 'wrong-sample',
  title: 'another sample lies where the sample was',
  optionsSchema: wrongSchema,
  needs: 'holder',
  apply({ holder, device }, { endsAfterS: ends }, atS, took) {
    if (!holder?.mount('wrong')) return;
    took('another sample lay in the beam');
    if (ends !== null) device.schedule.at(atS + ends, () => holder.mount('right'));
  },
};

export const spinnerStop: Fault<z.infer<typeof wrongSchema>> = {
  id: 'spinner-stop',
  title: 'the sample stops spinning',
  optionsSchema: wrongSchema,
  needs: 'holder',
  apply({ holder, device }, { endsAfterS: ends }, atS, took) {
    if (!holder?.isSpinning()) return;
    holder.spin(false);
    took('the sample stood still');
    if (ends !== null) device.schedule.at(atS + ends, () => holder.spin(true));
  },
};

const optionsSchema = z.strictObject({ commands: z.int().positive().default(1) });

export const fatalReply: Fault<z.infer<typeof optionsSchema>> = {
  id: 'fatal-reply',
  title: 'commands about samples are answered with a fatal error',
  optionsSchema,
  needs: 'samples',
  apply({ samples }, { commands }, _atS, took) {
    samples?.refuseNext(commands, () => took('a command was refused with a fatal error'));
  },
};

/** The real instrument may do so for seconds after a command; this goes on while it measures. */
export const readyWhileMeasuring: Fault<Record<string, never>> = {
  id: 'ready-while-measuring',
  title: 'the instrument says it is ready while it measures',
  optionsSchema: z.strictObject({}),
  needs: 'samples',
  apply({ samples }, _options, _atS, took) {
    samples?.sayReady(true, () => took('the instrument said it was ready while it measured'));
  },
};
