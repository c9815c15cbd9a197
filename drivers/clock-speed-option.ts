import { z } from 'zod';

/** How fast the instrument's time runs; other than 1 only for a simulator. */
export const clockSpeedOption = z
  .number({
    error: ({ input }) =>
      input === null ? "this wire does not tell the instrument's time, so a simulator behind it cannot run at speed max" : undefined,
  })
  .positive()
  .max(100_000)
  .default(1)
  .describe('Instrument seconds per second: 1 for every real instrument; where a simulator is started for the run, its speed');
