import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badInput } from '../domain/errors.ts';
import { readBytes } from './read-pattern.ts';

const line = z.object({ wavelengthA: z.number().positive(), weight: z.number().positive() });

const phase = z.object({
  phaseId: z.string().min(1).nullable(),
  name: z.string().optional(),
  weightFraction: z.number().min(0).max(1).nullable().default(null),
  inReferenceSet: z.boolean().default(true),
});

/** One labelled scan; further keys are for people and are not read. */
const entry = z.object({
  id: z.string().min(1),
  file: z.string().min(1).describe('relative to the labels file'),
  tags: z.array(z.string()).default([]),
  use: z.array(z.string()).describe('what the scan may be scored for: identify, fractions, thin, replay, abstain'),
  complete: z.boolean().describe('are all its phases named?'),
  role: z.string().describe('normal, corrected-label, abstain or axis-stretched'),
  sampleId: z.string().nullable().default(null).describe('scans of one sample share it'),
  radiation: z.object({ anode: z.string().nullable().default(null), lines: z.array(line).min(1) }).nullable(),
  phases: z.array(phase),
  certainty: z.string().nullable().default(null),
});

export type Label = z.infer<typeof entry>;

export interface Labels {
  readonly labels: readonly Label[];
  /** Of the bytes of the file. */
  readonly sha256: string;
}

/** Reads a labels file. Throws badInput naming the file and the entry that is wrong. */
export function readLabels(file: string): Labels {
  const bytes = readBytes(file);
  return { labels: parseLabels(new TextDecoder().decode(bytes), file), sha256: createHash('sha256').update(bytes).digest('hex') };
}

export function parseLabels(text: string, file: string): Label[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw badInput(file, `the labels ${file} are not JSON`, 'give a JSON array of labelled scans', error);
  }
  const read = z.array(entry).min(1).safeParse(raw);
  if (!read.success) {
    const issue = read.error.issues[0];
    const [index, ...rest] = issue?.path ?? [];
    const id = Array.isArray(raw) && typeof index === 'number' ? (raw[index] as { id?: unknown } | null)?.id : undefined;
    const where = typeof id === 'string' ? `entry ${id}` : index === undefined ? 'the array' : `entry ${String(index)}`;
    const what = `${rest.length > 0 ? `${rest.join('.')}: ` : ''}${issue?.message ?? 'unreadable'}`;
    throw badInput(file, `the labels ${file} are wrong at ${where}: ${what}`, 'mend the entry; the fields are in docs/evaluate.md');
  }
  const seen = new Set<string>();
  for (const { id } of read.data) {
    if (seen.has(id)) throw badInput(file, `the labels ${file} name ${id} twice`, 'give every scan its own id');
    seen.add(id);
  }
  return read.data;
}
