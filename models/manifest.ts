import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EwaldError } from '../src/domain/errors.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const phaseId = z.string().min(1);
const fileName = z.string().regex(/^[\w.-]+$/);

/** One set of patterns on which the exported ensemble was scored. Fractions 0..1. */
const suite = z.object({
  patterns: z.number().int(),
  f1: z.number(),
  precision: z.number(),
  recall: z.number(),
  exact: z.number(),
  ece: z.number(),
});

const curvePoint = z.object({ patterns: z.number().int(), microF1: z.number() });

/** manifest.json of a bundle: what the network takes, gives and was made from. */
export const manifestSchema = z
  .object({
    schema: z.literal('ewald.model/1'),
    modelId: z.string().min(1),
    title: z.string(),
    /** Name of the set of structures that the patterns were drawn from. */
    space: z.string().min(1),
    /** Folder of the bundle that holds the structures; where it is absent they are those of `space` in models/references. */
    references: fileName.optional(),
    /** In the order of the outputs. */
    phases: z.array(z.strictObject({ phaseId, groupPhaseIds: z.array(phaseId) })).min(1),
    grid: z.strictObject({
      fromDeg: z.number(),
      stepDeg: z.number().positive(),
      points: z.number().int().positive(),
      wavelengthA: z.number().positive(),
    }),
    /** Cells of the maps; each is points / cells grid points wide. */
    cells: z.number().int().positive(),
    members: z
      .array(
        z.object({
          memberId: z.string().min(1),
          /** How it was trained, as far as the maker says. */
          seed: z.number().optional(),
          patterns: z.number().int().optional(),
          distinct: z.number().int().optional(),
          epochs: z.number().optional(),
          width: z.number().int().optional(),
          cpuS: z.number().optional(),
          device: z.string().optional(),
        }),
      )
      .min(2),
    onnx: z.strictObject({
      file: fileName,
      sha256,
      opset: z.number().int(),
      input: z.string(),
      logits: z.string(),
      maps: z.string(),
      /**
       * Where the graph is one network with dropout: the input that takes the mask of a member. The graph then has no member axis and is run once per
       * member; `file` holds the masks, little-endian 32-bit floats [members, ...size].
       */
      masks: z.strictObject({ input: z.string(), size: z.array(z.number().int().positive()).min(1), file: fileName, sha256 }).optional(),
    }),
    /** Every member's logits are divided by it before the sigmoid. */
    temperature: z.number().positive(),
    threshold: z.number().gt(0).lt(1),
    /** Hash of the patterns that the members learnt from; null where it was not taken. */
    dataSha256: sha256.nullable().default(null),
    selfTest: z.strictObject({
      file: fileName,
      sha256,
      patterns: z.number().int().positive(),
      scale: z.number().positive(),
      /** Which of the stored patterns are such that good members differ on them. */
      ambiguous: z.array(z.number().int().nonnegative()).min(1),
    }),
    /** Principal components of the training's patterns, for novelty: little-endian 32-bit floats mean [cells], [components, cells], errors [quantiles]. */
    reconstruction: z
      .strictObject({
        file: fileName,
        sha256,
        components: z.number().int().positive(),
        quantiles: z.number().int().min(2),
        /** Of the patterns of the self-test, null where too little is measured. */
        selfTestErrors: z.array(z.number().nullable()),
      })
      .optional(),
    measured: z
      .looseObject({ simulated: z.boolean(), suites: z.record(z.string(), suite), learningCurve: z.array(curvePoint).optional() })
      .optional(),
  })
  .refine((m) => m.grid.points % m.cells === 0, { message: 'grid.points must be a multiple of cells' })
  .refine((m) => new Set(m.phases.map((p) => p.phaseId)).size === m.phases.length, { message: 'a phase is listed twice' })
  .refine((m) => new Set(m.members.map((one) => one.memberId)).size === m.members.length, { message: 'a member is listed twice' })
  .refine((m) => m.selfTest.ambiguous.every((i) => i < m.selfTest.patterns), { message: 'selfTest.ambiguous points past the patterns' });

export type Manifest = z.infer<typeof manifestSchema>;

const REMEDY = 'restore the bundle, or make it anew (docs/training.md, docs/bring-your-own-model.md)';

export function brokenBundle(subject: string, message: string, cause?: unknown): EwaldError {
  return new EwaldError('model', subject, message, REMEDY, cause);
}

/** Reads and validates manifest.json of a bundle; fails with 'model' naming the file and the field. */
export function readManifest(bundleDir: string): Manifest {
  const path = join(bundleDir, 'manifest.json');
  let content: unknown;
  try {
    content = JSON.parse(readBundleFile(bundleDir, 'manifest.json').toString('utf8'));
  } catch (error) {
    if (error instanceof EwaldError) throw error;
    throw brokenBundle(path, `${path} is not JSON`, error);
  }
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw brokenBundle(
    path,
    `${path} is not a valid manifest: ${issue?.path.join('.') || 'whole'}: ${issue?.message ?? 'invalid'}`,
    parsed.error,
  );
}

/** The bytes of a file of the bundle; where `expectedSha256` is given they must have it. */
export function readBundleFile(bundleDir: string, file: string, expectedSha256?: string): Buffer {
  const path = join(bundleDir, file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw brokenBundle(path, `the bundle's file ${path} cannot be read`, error);
  }
  if (expectedSha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== expectedSha256)
    throw brokenBundle(path, `${path} is not the file that the manifest describes (its SHA-256 differs)`);
  return bytes;
}
