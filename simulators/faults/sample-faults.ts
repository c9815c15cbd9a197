import { z } from 'zod';
import type { Fault } from './fault.ts';

export const missingSample: Fault<Record<string, never>> = {
  id: 'missing-sample',
  title: 'nothing lies where the sample was',
  optionsSchema: z.strictObject({}),
  needs: 'samples',
  apply({ samples }, _options, _atS, took) {
    samples?.takeAway();
    took('the sample was gone');
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
