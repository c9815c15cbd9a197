import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadReferences } from '../../models/references/load-references.ts';
import { computeReflections } from '../diffraction/reflections.ts';
import {
  drawScene,
  type LibraryPhase,
  SCORING_PRIOR,
  type Scene,
  type ScenePrior,
  sceneRates,
  sceneWeightFractions,
} from '../diffraction/scene.ts';
import { seededRandom } from '../diffraction/seeded-random.ts';
import { badInput, EwaldError } from '../domain/errors.ts';
import type { Pattern } from '../domain/pattern.ts';
import { primaryWavelengthA, type Radiation } from '../domain/radiation.ts';

/** A frozen set of simulated scenes: what they are drawn from, and what they must come out as. */
const definition = z.strictObject({
  suiteId: z.string(),
  title: z.string(),
  spaceId: z.string().describe('reference space; its members are the truth, all its phases are candidates'),
  seed: z.string(),
  n: z.number().int().positive(),
  strainMax: z.number().positive(),
  fromDeg: z.number(),
  toDeg: z.number(),
  stepDeg: z.number().positive(),
  complete: z.boolean().optional().describe('are there no lines but those of the phases?'),
  leavesOneOut: z.boolean().optional().describe('is one phase of each scene left out of the library?'),
  peakCounts: z.tuple([z.number(), z.number()]).describe('counts in the strongest line, log-uniform'),
  sha256: z.string().describe('over the counts of all scenes'),
  firstScenesSha256: z.string().describe('over the counts of the first five scenes'),
});

export type SuiteDefinition = z.infer<typeof definition>;

export interface SimulatedScene {
  readonly pattern: Pattern;
  readonly phases: readonly { readonly phaseId: string; readonly weightFraction: number }[];
  readonly tags: readonly string[];
  /** To be left out of the library; null where the suite leaves none out. */
  readonly leftOutId: string | null;
}

export const FIRST_SCENES = 5;
/** Lines beyond the end of the scan appear in it by radiation of shorter wavelength. */
const REFLECTIONS_TO_DEG = 140;
/** A phase below this share of the strongest line is a trace. */
const TRACE = 0.2;
const FOLDER = new URL('../../test/suites/', import.meta.url);

export function suiteIds(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5))
    .sort();
}

/** Throws badInput where there is no such suite. */
export function readSuite(suiteId: string): SuiteDefinition {
  const known = suiteIds();
  if (!known.includes(suiteId))
    throw badInput(
      `sim:${suiteId}`,
      `there is no simulated suite ${suiteId}`,
      `choose one of: ${known.map((id) => `sim:${id}`).join(', ')}`,
    );
  return definition.parse(JSON.parse(readFileSync(fileURLToPath(new URL(`${suiteId}.json`, FOLDER)), 'utf8')));
}

function priorOf({ strainMax, complete }: SuiteDefinition): ScenePrior {
  const prior = SCORING_PRIOR(strainMax);
  return complete ? { ...prior, unknownPeaks: { ...prior.unknownPeaks, share: 0 } } : prior;
}

/** The first `n` scenes; the same definition gives the same scenes, whatever `n` is. */
export function drawSuite(suite: SuiteDefinition, n = suite.n): SimulatedScene[] {
  const prior = priorOf(suite);
  const library = libraryOf(suite.spaceId, prior.radiation);
  const points = Math.round((suite.toDeg - suite.fromDeg) / suite.stepDeg) + 1;
  const twoThetaDeg = Float64Array.from({ length: points }, (_, i) => suite.fromDeg + i * suite.stepDeg);
  return Array.from({ length: n }, (_, i) => drawOne(suite, i, library, twoThetaDeg));
}

function drawOne(suite: SuiteDefinition, index: number, library: readonly LibraryPhase[], twoThetaDeg: Float64Array): SimulatedScene {
  const random = seededRandom(suite.seed).fork(`scene ${index}`);
  const prior = priorOf(suite);
  const scene = drawScene(random.fork('scene'), library, prior);
  const exposure = random.fork('exposure');
  const [low, high] = suite.peakCounts;
  const liveS = (low * (high / low) ** exposure.uniform()) / scene.peakCps;
  const counting = random.fork('counts');
  const counts = sceneRates(scene, twoThetaDeg).map((rate) => counting.poisson(rate * liveS));
  const fractions = sceneWeightFractions(scene);
  const leftOut = suite.leavesOneOut ? scene.phases[random.fork('left out').integer(scene.phases.length)]! : null;
  return {
    pattern: {
      patternId: `${suite.suiteId}-${index}`,
      scanIds: [],
      unit: 'counts',
      // What the instrument says of itself: the tube's doublet, not the impurities that shine with it.
      radiation: prior.radiation,
      twoThetaDeg: twoThetaDeg.slice(),
      counts,
      liveS: new Float64Array(counts.length).fill(liveS),
    },
    phases: scene.phases.map(({ phaseId }, i) => ({ phaseId, weightFraction: fractions[i]! })),
    tags: tagsOf(scene),
    leftOutId: leftOut?.phaseId ?? null,
  };
}

function tagsOf({ phases }: Scene): string[] {
  const strongest = Math.max(...phases.map(({ state }) => state.scale));
  const weakest = Math.min(...phases.map(({ state }) => state.scale));
  return [`phases-${phases.length}`, ...(weakest < TRACE * strongest ? ['trace'] : [])];
}

function libraryOf(spaceId: string, radiation: Radiation): LibraryPhase[] {
  const options = { wavelengthA: primaryWavelengthA(radiation), twoThetaMaxDeg: REFLECTIONS_TO_DEG, anode: radiation.anode };
  return loadReferences(spaceId)
    .filter(({ role }) => role === 'member')
    .map(({ phaseId, structure }) => ({ phaseId, structure, reflections: computeReflections(structure, options) }));
}

/** SHA-256 over the counts of the scenes as little-endian 32-bit integers and the id of what is left out, one scene after the other. */
export function hashScenes(scenes: readonly SimulatedScene[]): string {
  const hash = createHash('sha256');
  for (const { pattern, leftOutId } of scenes) {
    const bytes = Buffer.alloc(4 * pattern.counts.length);
    pattern.counts.forEach((count, i) => void bytes.writeUInt32LE(count, 4 * i));
    hash.update(bytes);
    if (leftOutId !== null) hash.update(leftOutId);
  }
  return hash.digest('hex');
}

/** All scenes of a frozen suite. Throws 'model' where they do not come out as they were frozen: figures would not compare. */
export function openSuite(suiteId: string): { readonly suite: SuiteDefinition; readonly scenes: readonly SimulatedScene[] } {
  const suite = readSuite(suiteId);
  const scenes = drawSuite(suite);
  const sha256 = hashScenes(scenes);
  if (sha256 !== suite.sha256)
    throw new EwaldError(
      'model',
      `sim:${suiteId}`,
      `the scenes of ${suiteId} no longer come out as they were frozen (SHA-256 ${sha256.slice(0, 12)}, frozen ${suite.sha256.slice(0, 12)})`,
      'the physics or the references have changed: if that is meant, freeze anew with npx tsx test/suites/freeze.ts and repeat the figures',
    );
  return { suite, scenes };
}
