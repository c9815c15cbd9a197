import { z } from 'zod';
import { readExpected, readInternalStandard, type Told } from '../src/domain/told-phases.ts';

const deg = z.number().min(-20).max(170);

/** A range written backwards touches nothing: a zone like that would protect nothing. */
const runsForwards = ({ fromDeg, toDeg }: { readonly fromDeg: number; readonly toDeg: number }) => fromDeg < toDeg;
const FORWARDS = { path: ['fromDeg'], error: 'fromDeg must be below toDeg' };

/** A text that says something of a phase, read once; what is wrong with it is told where it stands. */
function told<T>(read: (text: string) => Told<T>) {
  return z.string().transform((text, context): T => {
    const answer = read(text);
    if ('value' in answer) return answer.value;
    context.addIssue({ code: 'custom', message: `${answer.fault}; ${answer.remedy}` });
    return z.NEVER;
  });
}

const element = z.string().regex(/^[A-Z][a-z]?$/, 'this is no symbol of one element: write them apart, as in [Li, La, Zr, O]');

const goalTerms = {
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe('probability that the answer must reach'),
  maxPhases: z.int().min(1).max(6).default(4),
  budgetInstrumentS: z.number().positive().default(3600).describe('instrument time that may be spent, in s'),
  maxCycles: z.int().min(1).max(1000).default(12),
  ceilingDeg: deg.default(100).describe('no angle above this is measured, degrees 2theta'),
};

const goalSchema = z.preprocess(
  (goal) => (typeof goal === 'object' && goal !== null && !('kind' in goal) ? { ...goal, kind: 'identify' } : goal),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('identify'), ...goalTerms }),
    z.strictObject({
      kind: z.literal('confirm').describe('is this phase there, above this share of the crystalline weight?'),
      phaseId: z.string().min(1),
      aboveWeightFraction: z.number().min(0).lt(1).default(0).describe('0: is it there at all'),
      ...goalTerms,
    }),
    z.strictObject({
      kind: z.literal('quantify').describe('which phases, and how much of each?'),
      sigmaWeightFraction: z.number().gt(0).lt(0.5).default(0.01).describe('standard error by counting that every fraction must reach'),
      ...goalTerms,
    }),
  ]),
);

/** The one schema of a run's config; options of plug-ins are checked by the plug-in's own schema (`load.ts`). */
export const configSchema = z.strictObject({
  instrument: z.strictObject({
    driver: z.string().describe('id of the driver'),
    options: z.record(z.string(), z.unknown()).default({}).describe('options of the driver; with a simulator, its address is filled in'),
    calibration: z
      .string()
      .min(1)
      .optional()
      .describe('instrument file of the diffractometer, as ewald calibrate writes it (docs/calibrate.md)'),
    maxCps: z
      .number()
      .positive()
      .optional()
      .describe('rate above which the detector loses counts, in counts per second: a first scan above it is warned of'),
  }),
  simulator: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('start a simulated instrument in a process of its own, with these options (docs/simulator.md)'),
  sampleId: z.string().min(1).optional().describe('name of the sample; without it, the one the instrument reports'),
  sample: z
    .strictObject({
      elements: z.array(element).min(1).optional().describe('symbols of the elements that may be in it; phases of others are left out'),
      require: z.array(element).optional().describe('symbols of elements that are in it for certain'),
      expect: z.array(told(readExpected)).optional().describe('phases thought likely, as PHASE or PHASE:0.9'),
      holder: z.string().min(1).optional().describe('what the sample lies in, where it shows: Al, Cu, Fe, or a CIF file'),
      holderLinesDeg: z.array(z.number()).optional().describe('angles of lines of the holder, degrees 2theta'),
      internalStandard: told(readInternalStandard)
        .optional()
        .describe('a phase weighed into it and its share of the mixture, as PHASE:0.2'),
    })
    .optional()
    .describe('what is known of the sample (docs/identify.md)'),
  goal: goalSchema.prefault({}),
  policy: z.strictObject({ id: z.string(), options: z.record(z.string(), z.unknown()).default({}) }).prefault({ id: 'cam-disagreement' }),
  model: z
    .strictObject({
      id: z.string(),
      method: z.enum(['hybrid', 'search', 'nnls']).default('hybrid'),
      cifs: z.array(z.string().min(1)).optional().describe('structure files to add to the references'),
    })
    .prefault({ id: 'solid-state-precursors' }),
  limits: z
    .strictObject({
      fromDeg: deg.default(5),
      toDeg: deg.default(140),
      maxDwellS: z.number().positive().default(600).describe('longest live time per point of one scan, in s'),
      maxScanS: z.number().positive().default(7200).describe('longest expected duration of one scan, in s'),
      maxBeamS: z.number().positive().default(86_400).describe('longest time in the beam of the sample over all scans of a run, in s'),
      collisionZones: z
        .array(z.strictObject({ fromDeg: deg, toDeg: deg }).refine(runsForwards, FORWARDS))
        .default([])
        .describe('angles that no scan may touch: something stands there'),
    })
    .refine(runsForwards, FORWARDS)
    .prefault({}),
  store: z.strictObject({ folder: z.string().min(1).default('runs') }).prefault({}),
  seed: z.int().nonnegative().default(1),
});

export type Config = z.output<typeof configSchema>;
