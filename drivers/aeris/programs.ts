import { z } from 'zod';
import type { AngleRange } from '../../src/domain/angle-range.ts';
import { isFieldText } from './protocol.ts';

const deg = z.number().min(-20).max(170);

/** A stored program, as its result files show it. */
export const programSchema = z
  .strictObject({
    name: z.string().max(120).refine(isFieldText, "a name without '@', '=' and control characters").describe('Name of the stored program'),
    fromDeg: deg.describe('First angle of its result file in degrees 2theta'),
    toDeg: deg.describe('Last angle of its result file in degrees 2theta'),
    points: z.int().min(3).max(1_000_000).optional().describe('Number of points in its result file; this or stepDeg'),
    stepDeg: z.number().positive().max(5).optional().describe('Step in degrees; this or points'),
    dwellS: z.number().positive().max(100_000).describe('Live time per point in s: the counting time in its result file'),
    durationS: z
      .number()
      .positive()
      .max(200_000)
      .optional()
      .describe('How long the program takes in s, as measured; else from the cost model'),
  })
  .superRefine((program, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (program.fromDeg >= program.toDeg) complain('toDeg', 'must be above fromDeg');
    if ((program.points === undefined) === (program.stepDeg === undefined)) complain('points', 'give either points or stepDeg');
    if (program.stepDeg === undefined) return;
    const steps = (program.toDeg - program.fromDeg) / program.stepDeg;
    if (steps < 2 || Math.abs(steps - Math.round(steps)) > 0.05)
      complain('stepDeg', `the range is not a whole number of steps (${steps.toFixed(3)}): give the points of the result file instead`);
  });

export interface StoredProgram {
  readonly name: string;
  readonly range: AngleRange;
  readonly stepDeg: number;
  readonly pointCount: number;
  readonly dwellS: number;
  readonly durationS: number | null;
}

/** The catalogue entry with its step such that the points fill the range exactly. */
export function storedProgram(program: z.output<typeof programSchema>): StoredProgram {
  const { name, fromDeg, toDeg, dwellS } = program;
  const pointCount = program.points ?? Math.round((toDeg - fromDeg) / program.stepDeg!) + 1;
  const stepDeg = (toDeg - fromDeg) / (pointCount - 1);
  return { name, range: { fromDeg, toDeg }, stepDeg, pointCount, dwellS, durationS: program.durationS ?? null };
}
