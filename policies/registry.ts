import type { z } from 'zod';
import type { Policy } from '../src/ports/policy.ts';
import { camDisagreementOptions, makeCamDisagreement } from './cam-disagreement.ts';
import { makeUniform, uniformOptions } from './uniform.ts';

export interface PolicyPlugin {
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType;
  make(options: unknown): Policy;
}

function plugin<O>(id: string, title: string, optionsSchema: z.ZodType<O>, make: (options: O) => Policy): PolicyPlugin {
  return { id, title, optionsSchema, make: (options) => make(optionsSchema.parse(options ?? {})) };
}

/** Every policy by its id. */
export const policies: readonly PolicyPlugin[] = [
  plugin('cam-disagreement', 'rescan where activation maps of rival phases disagree', camDisagreementOptions, makeCamDisagreement),
  plugin('uniform', 'repeat the whole range', uniformOptions, makeUniform),
];
