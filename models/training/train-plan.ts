import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput, EwaldError } from '../../src/domain/errors.ts';

/** What a training has set out to do; kept in its work folder, so that a later start does the same. */
const planSchema = z.strictObject({
  schema: z.literal('ewald.training/1'),
  modelId: z.string(),
  title: z.string(),
  space: z.string(),
  /** Folder in the bundle with structures of its own; null where they are those of the space. */
  references: z.string().nullable(),
  phases: z.array(z.string()),
  groups: z.array(z.array(z.string())),
  skipped: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
  seed: z.int(),
  members: z.int(),
  /** Patterns that each member learns from, and as many are drawn; null until the budget has been turned into a number. */
  patterns: z.int().nullable(),
  budgetMin: z.number().nullable(),
});

export type TrainPlan = z.infer<typeof planSchema>;

const WORK = '.training';
const PLAN = 'plan.json';

/** The folder in the bundle where everything lies that the finished bundle does not need. */
export function workFolder(bundleDir: string): string {
  return join(bundleDir, WORK);
}

export function savePlan(bundleDir: string, plan: TrainPlan): void {
  const path = join(workFolder(bundleDir), PLAN);
  writeFileSync(`${path}.part`, `${JSON.stringify(plan, null, 1)}\n`);
  renameSync(`${path}.part`, path);
}

/** Null where no training was begun in the folder. Fails with 'model' where its plan is damaged. */
export function loadPlan(bundleDir: string): TrainPlan | null {
  const path = join(workFolder(bundleDir), PLAN);
  if (!existsSync(path)) return null;
  try {
    return planSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new EwaldError('model', path, `${path} is damaged`, `remove ${workFolder(bundleDir)} and train from the start`, error);
  }
}

/** Throws badInput where a new training would write over something, or where there is none to go on with. */
export function checkFolder(bundleDir: string, resume: boolean): void {
  const isBegun = existsSync(join(workFolder(bundleDir), PLAN));
  if (resume && !isBegun)
    throw badInput(
      '--resume',
      `no training was begun in ${bundleDir}`,
      'leave --resume out, or name the folder of the training that was stopped',
    );
  if (!resume && isBegun)
    throw badInput('--out', `${bundleDir} holds a training that was stopped`, 'add --resume to go on with it, or name another folder');
  if (!resume && existsSync(join(bundleDir, 'manifest.json')))
    throw badInput('--out', `${bundleDir} is a bundle already`, 'name another folder');
}
