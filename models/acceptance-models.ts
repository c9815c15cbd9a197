import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AcceptanceModel } from '../src/analysis/acceptance.ts';
import { EwaldError } from '../src/domain/errors.ts';

const trees = z.strictObject({
  features: z.array(z.string()),
  base: z.number(),
  trees: z.array(z.strictObject({ feature: z.array(z.int()), at: z.array(z.number()), value: z.array(z.number()) })),
});

const schema = z.strictObject({
  version: z.string(),
  present: trees,
  overlooked: trees,
  set: z.strictObject({
    intercept: z.number(),
    weights: z.strictObject({ odds: z.number(), misfit: z.number(), unexplained: z.number() }),
  }),
});

/** The model that turns evidence into probabilities, with the ensemble's vote ('hybrid') or without ('search'). Fails with 'model'. */
export function loadAcceptance(method: 'hybrid' | 'search'): AcceptanceModel {
  const file = new URL(`./acceptance/${method}.json`, import.meta.url);
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new EwaldError(
      'model',
      `models/acceptance/${method}.json`,
      `the acceptance model ${method}.json is missing or damaged`,
      'restore it from the repository, or train it: docs/training.md',
      error,
    );
  }
}
