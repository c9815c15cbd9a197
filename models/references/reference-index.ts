import { parse } from 'yaml';
import { z } from 'zod';
import { EwaldError } from '../../src/domain/errors.ts';

const entrySchema = z.strictObject({
  phaseId: z.string().min(1).describe('reduced formula, space group number and, where needed, a suffix'),
  role: z.enum(['member', 'distractor']).describe('members are answered for; distractors are look-alikes that must not be taken for them'),
  file: z
    .string()
    .regex(/^[A-Za-z0-9().-]+(?:_[A-Za-z0-9().-]+)*\.cif$/)
    .describe('structure file beside the index, or in the folder of the space that `from` names'),
  from: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional()
    .describe('the space that keeps the file, so that a structure shared by several spaces is written once'),
  title: z.string().min(1).describe('name for people'),
  groupPhaseIds: z
    .array(z.string().min(1))
    .optional()
    .describe('other phases of the space that a powder pattern cannot tell apart from it'),
});

const indexSchema = z.strictObject({
  spaceId: z.string().min(1),
  title: z.string().min(1),
  phases: z.array(entrySchema).min(1),
});

export type ReferenceEntry = z.infer<typeof entrySchema>;
export type ReferenceIndex = z.infer<typeof indexSchema>;

/** Reads the index of a reference space. Fails with 'model' naming the file: bad YAML, an unknown or missing key, an id listed twice. */
export function readReferenceIndex(text: string, file: string): ReferenceIndex {
  const index = validated(text, file);
  const seen = new Set<string>();
  for (const { phaseId } of index.phases) {
    if (seen.has(phaseId)) throw broken(file, `${file} lists ${phaseId} twice`);
    seen.add(phaseId);
  }
  return index;
}

function validated(text: string, file: string): ReferenceIndex {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw broken(file, `${file} is not valid YAML`, error);
  }
  const result = indexSchema.safeParse(raw);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw broken(file, `${file} is wrong at ${first?.path.join('.') || 'its top level'}: ${first?.message ?? 'unreadable'}`, result.error);
}

function broken(file: string, message: string, cause?: unknown): EwaldError {
  return new EwaldError('model', file, message, 'mend the index: spaceId, title and phases of phaseId, role, file, title', cause);
}
