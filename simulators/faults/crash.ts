import { z } from 'zod';
import type { Fault } from './fault.ts';

/** The instrument's computer disappears without a farewell. */
export const crash: Fault<Record<string, never>> = {
  id: 'crash',
  title: "the instrument's computer disappears",
  optionsSchema: z.strictObject({}),
  needs: null,
  apply(reach, _options, _atS, took) {
    took('the instrument disappeared');
    reach.crash();
  },
};
