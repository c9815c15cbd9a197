import { z } from 'zod';
import type { SamplePhysics } from './sample-physics.ts';
import { USUAL_STRIP_DEAD_S } from './virtual-detector.ts';

/** Options about tube, counter and the state of the sample. None of them goes with a recording, whose counts are what they are. */
export const physicsShape = {
  /** Dead time of the counter, of each strip where there are strips; null leaves it to the wire. */
  deadTimeNs: z.number().min(0).max(100_000).nullable().default(null),
  deadTimeModel: z.enum(['nonparalysable', 'paralysable']).default('nonparalysable'),
  /** Share of the flux that the tube loses in 1000 hours, and how long it has been in use. */
  tubeLossPerKh: z.number().min(0).max(0.9).default(0),
  tubeAgeH: z.number().min(0).max(100_000).default(0),
  /** What is wrong when the instrument is switched on, and in which time it falls to 1/e. */
  warmUpFluxLoss: z.number().min(0).max(0.9).default(0),
  warmUpShiftDeg: z.number().min(-1).max(1).default(0),
  warmUpTimeS: z.number().positive().max(1e6).default(1200),
  spinner: z.enum(['on', 'off']).default('on'),
  /** Relative spread of intensities by the grains of the spun sample; null draws it. */
  grainSigma: z.number().min(0).max(0.3).nullable().default(null),
  /** Height of the sample above the axis; null draws it. */
  displacementMm: z.number().min(-2).max(2).nullable().default(null),
  zeroShiftDeg: z.number().min(-1).max(1).nullable().default(null),
  /** March parameter of all phases, 1 for none; null draws it. */
  textureR: z.number().min(0.2).max(3).nullable().default(null),
  textureAxis: z
    .string()
    .regex(/^-?\d,-?\d,-?\d$/, 'is no h,k,l')
    .refine((text) => /[1-9]/.test(text), 'has no direction')
    .default('0,0,1'),
};

const physicsSchema = z.object(physicsShape);
export type PhysicsOptions = z.infer<typeof physicsSchema>;

/** The flags of the command line with what they mean; all but the texts are numbers. */
export const PHYSICS_HELP: Readonly<Record<string, string>> = {
  'dead-time-ns': 'dead time of the counter, or of each strip (100; huber-mythen: 200)',
  'dead-time-model': "'nonparalysable' or 'paralysable', where pulses pile up (nonparalysable)",
  'tube-loss-per-kh': 'share of the flux that the tube loses in 1000 hours (0)',
  'tube-age-h': 'hours that the tube has been in use (0)',
  'warm-up-flux-loss': 'share of the flux that is missing at the start (0)',
  'warm-up-shift-deg': 'by which lines appear too high at the start (0)',
  'warm-up-time-s': 'in which both fall to 1/e (1200)',
  spinner: "'on' or 'off' (on)",
  'grain-sigma': 'relative spread of intensities by grains while it spins (drawn)',
  'displacement-mm': 'height of the sample above the axis (drawn)',
  'zero-shift-deg': 'zero of the angle scale (drawn)',
  'texture-r': 'March parameter of every phase, 1 for none (drawn)',
  'texture-axis': 'h,k,l of the texture (0,0,1)',
};
export const PHYSICS_TEXTS: ReadonlySet<string> = new Set(['dead-time-model', 'spinner', 'texture-axis']);

/** True where nothing was chosen. */
export function isPlain(options: PhysicsOptions): boolean {
  const plain = physicsSchema.parse({});
  return (Object.keys(plain) as (keyof PhysicsOptions)[]).every((name) => options[name] === plain[name]);
}

export function physicsOf(options: PhysicsOptions, usualDeadTimeS: number = USUAL_STRIP_DEAD_S): SamplePhysics {
  const { deadTimeNs, deadTimeModel, tubeLossPerKh, tubeAgeH, warmUpFluxLoss, warmUpShiftDeg, warmUpTimeS } = options;
  const { grainSigma, displacementMm, zeroShiftDeg, textureR } = options;
  const [h = 0, k = 0, l = 1] = options.textureAxis.split(',').map(Number);
  return {
    deadTime: { deadTimeS: deadTimeNs === null ? usualDeadTimeS : deadTimeNs / 1e9, model: deadTimeModel },
    drift: { tubeLossPerKh, tubeAgeH, warmUpFluxLoss, warmUpShiftDeg, warmUpTimeS },
    isSpinning: options.spinner === 'on',
    grainSigma,
    displacementMm,
    zeroShiftDeg,
    textureR,
    textureAxis: [h, k, l],
  };
}
