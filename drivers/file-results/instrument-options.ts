import { z } from 'zod';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import { parseRadiation } from '../../src/formats/radiation-names.ts';

/** The radiation by name or by wavelengths, e.g. CuKa12; a bare Cu is ambiguous and refused. */
export const radiationOption = z
  .string()
  .transform((text, context): Radiation => {
    try {
      return parseRadiation(text);
    } catch (error) {
      const { message, remedy } = asEwaldError(error);
      context.addIssue({ code: 'custom', message: `${message}; ${remedy}` });
      return z.NEVER;
    }
  })
  .describe('What shines on the sample, never guessed: CuKa12, CuKa1, or wavelengths in angstrom such as 1.5406,1.5444:0.5');

/** Somebody has understood what the wire cannot tell, and says so. */
export const noReadbackOption = z
  .literal(
    true,
    'read in the page of this driver what its wire cannot tell, see to it that the instrument protects people by itself, and write true',
  )
  .describe("I know that this wire tells nothing of doors, interlock, shutter and generator; the instrument's own circuits protect people");

const seconds = z.number().nonnegative().max(100_000);

export const costOption = z
  .strictObject({
    apertureDeg: z
      .number()
      .nonnegative()
      .max(90)
      .default(0)
      .describe('Opening of the strip detector in degrees 2theta; 0 for a point detector'),
    perScanS: seconds.default(0).describe('Time that every scan takes besides counting: loading, moving to the start, saving'),
    perPointS: seconds.default(0).describe('Time between two points of a point detector'),
    slewDegPerS: z.number().positive().max(1000).default(10).describe('Speed of moving without counting'),
  })
  .transform((cost) => ({ ...cost, settleS: 0, shutterS: 0 }));

export const plainName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/, 'a plain name');
export const milliseconds = z.int().positive().max(86_400_000);
