import type { z } from 'zod';
import type { RunGoal } from '../src/domain/decision.ts';
import type { Policy, PolicyObjection } from '../src/ports/policy.ts';
import { camDisagreementOptions, makeCamDisagreement, publishedStopObjection } from './cam-disagreement.ts';
import { makeUniform, uniformOptions } from './uniform.ts';

export interface PolicyPlugin {
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType;
  make(options: unknown): Policy;
  /** What stands against asking it this with these options; null where nothing does. Throws where the options are none of its own. */
  objection(options: unknown, goal: RunGoal): PolicyObjection | null;
}

function plugin<O>(
  id: string,
  title: string,
  optionsSchema: z.ZodType<O>,
  make: (options: O) => Policy,
  objection: (options: O, goal: RunGoal) => PolicyObjection | null = () => null,
): PolicyPlugin {
  const read = (options: unknown) => optionsSchema.parse(options ?? {});
  return { id, title, optionsSchema, make: (options) => make(read(options)), objection: (options, goal) => objection(read(options), goal) };
}

/** Every policy by its id. */
export const policies: readonly PolicyPlugin[] = [
  plugin(
    'cam-disagreement',
    'rescan where activation maps of rival phases disagree',
    camDisagreementOptions,
    makeCamDisagreement,
    publishedStopObjection,
  ),
  plugin('uniform', 'repeat the whole range', uniformOptions, makeUniform),
];
