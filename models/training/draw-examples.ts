import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { AcceptanceFeatures } from '../../src/analysis/acceptance.ts';
import { fitDataOf } from '../../src/analysis/fit-data.ts';
import { drawScene, POWDER_PRIOR, SCORING_PRIOR, sceneRates } from '../../src/diffraction/scene.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { Pattern } from '../../src/domain/pattern.ts';
import { samePhase } from '../../src/domain/phase.ts';
import type { RandomSource } from '../../src/ports/runtime.ts';
import { type ExaminedSearch, examineSearch, featuresOf } from '../acceptance-evidence.ts';
import { libraryFor } from '../library.ts';
import { runSearch } from '../mixture-identifier.ts';
import { openEnsemble } from '../onnx-ensemble.ts';
import { loadReferences, type ReferencePhase } from '../references/load-references.ts';
import { bundleDir } from '../registry.ts';
import { type Voter, voteFor } from '../voter.ts';

/** One phase of one scene as the search saw it. */
export interface Example {
  readonly inSet: boolean;
  readonly features: AcceptanceFeatures;
  readonly present: boolean;
}

export interface SceneExamples {
  readonly phases: readonly Example[];
  /** Its weakest phases are below what a first scan can show: it teaches what a trace looks like, not how often one is overlooked. */
  readonly hasDeepTraces: boolean;
  readonly seen: Pick<ExaminedSearch, 'misfit' | 'unexplained'>;
}

export interface DrawOptions {
  /** A bundle where `hybrid`, else a reference space. */
  readonly id: string;
  readonly hybrid: boolean;
  readonly scenes: number;
  readonly seed: number;
}

/** Strains of the scenes: powders as bought are within a fraction of a per cent of the literature, syntheses are not. */
const STRAINS = [0.003, 0.005, 0.01, 0.03];
/** Ends of the range as runs have it: after the first scan, and after extensions. */
const ENDS_DEG = [60, 60, 70, 100];
const STEP_DEG = 0.04;
/** Of so many scenes one, an ordinary powder, has traces down to 0.3 % of the strongest line, counted long and far enough to show some of them. */
const DEEP_EVERY = 6;
const DEEP_PLACE = 4;
const DEEP_HEIGHTS = [0.003, 0.3] as const;
const DEEP_ENDS_DEG = [70, 100, 140];

/**
 * Simulated scenes, half of them ordinary powders and half with strong misfit, searched by a process per core; every phase becomes an example.
 * Scene n depends on the seed and n alone.
 */
export async function drawExamples(options: DrawOptions, progress: (line: string) => void): Promise<SceneExamples[]> {
  const scenes = new Array<SceneExamples>(options.scenes);
  const shards = Math.min(options.scenes, availableParallelism());
  const startMs = performance.now();
  let done = 0;
  const take = (n: number, examples: SceneExamples) => {
    scenes[n] = examples;
    done++;
    if (done % 50 !== 0) return;
    const leftS = ((performance.now() - startMs) / 1000 / done) * (options.scenes - done);
    progress(`${done} of ${options.scenes} scenes, about ${Math.round(leftS)} s left`);
  };
  const children = Array.from({ length: shards }, (_, shard) =>
    fork(fileURLToPath(import.meta.url), [JSON.stringify({ options, shard, shards })]),
  );
  try {
    await Promise.all(children.map((child) => drawn(child, take)));
  } finally {
    for (const child of children) child.kill();
  }
  return scenes;
}

/** Settles when the child has drawn its last scene. */
function drawn(child: ChildProcess, take: (n: number, examples: SceneExamples) => void): Promise<void> {
  child.on('message', (message) => {
    const { n, examples } = message as { n: number; examples: SceneExamples };
    take(n, examples);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`a process that draws scenes ended with ${signal ?? code}: start the training again`)),
    );
  });
}

/** Searches scenes shard, shard + shards, ... and hands each over. */
async function drawShard(options: DrawOptions, shard: number, shards: number, give: (n: number, examples: SceneExamples) => void) {
  const ensemble = options.hybrid ? await openEnsemble(bundleDir(options.id)) : null;
  const references = loadReferences(ensemble?.manifest.space ?? options.id);
  for (let n = shard; n < options.scenes; n += shards) give(n, await searchScene(references, options.seed, n, ensemble));
  await ensemble?.close();
}

async function searchScene(references: readonly ReferencePhase[], seed: number, n: number, voter: Voter | null): Promise<SceneExamples> {
  const random = seededRandom(seed).fork(`acceptance-${n}`);
  const strain = STRAINS[(n >> 1) % STRAINS.length]!;
  const hasDeepTraces = n % DEEP_EVERY === DEEP_PLACE;
  const ordinary = n % 2 === 0 ? POWDER_PRIOR(strain) : SCORING_PRIOR(strain);
  const prior = hasDeepTraces ? { ...ordinary, relativeHeight: DEEP_HEIGHTS } : ordinary;
  const library = libraryFor(references, prior.radiation);
  const scene = drawScene(
    random,
    references.map(({ phaseId, structure }, p) => ({ phaseId, structure, reflections: library[p]!.state.reflections })),
    prior,
  );
  const exposure = hasDeepTraces ? { endsDeg: DEEP_ENDS_DEG, leastPeakCounts: 3000 } : { endsDeg: ENDS_DEG, leastPeakCounts: 300 };
  const pattern = measure(random, (twoThetaDeg) => sceneRates(scene, twoThetaDeg), exposure, prior.radiation, `acceptance-${n}`);
  const votes = voter ? await voter.votes(pattern) : null;
  const data = fitDataOf(pattern);
  const seen = examineSearch(data, runSearch(data, library, pattern.radiation, votes));
  const isThere = (id: string) => scene.phases.some(({ phaseId }) => samePhase(phaseId, id));
  const phases = seen.found.evidence
    .filter(({ isCovered }) => !isCovered)
    .map((evidence) => ({
      inSet: evidence.inSet,
      features: featuresOf(evidence, seen, voteFor(votes, evidence.groupPhaseIds)),
      present: evidence.inSet ? evidence.groupPhaseIds.some(isThere) : isThere(evidence.phaseId),
    }));
  return { phases, hasDeepTraces, seen: { misfit: seen.misfit, unexplained: seen.unexplained } };
}

/** As runs measure: the strongest line first at `leastPeakCounts` to a hundred times as many; a quarter counted 3 to 90 times longer, a quarter 3 to 30 times in windows. */
function measure(
  random: RandomSource,
  rates: (twoThetaDeg: Float64Array) => Float64Array,
  { endsDeg, leastPeakCounts }: { readonly endsDeg: readonly number[]; readonly leastPeakCounts: number },
  radiation: Pattern['radiation'],
  patternId: string,
): Pattern {
  const toDeg = endsDeg[random.integer(endsDeg.length)]!;
  const twoThetaDeg = Float64Array.from({ length: Math.round((toDeg - 10) / STEP_DEG) + 1 }, (_, i) => 10 + STEP_DEG * i);
  const liveS = new Float64Array(twoThetaDeg.length).fill((leastPeakCounts * 100 ** random.uniform()) / 1000);
  const repeats = random.uniform();
  if (repeats < 0.25) lengthen(liveS, twoThetaDeg, { fromDeg: 10, toDeg }, 3 * 30 ** random.uniform());
  else if (repeats < 0.5)
    for (let windows = 1 + random.integer(4); windows > 0; windows--) {
      const centreDeg = 10 + (toDeg - 10) * random.uniform();
      const halfDeg = 2.5 + 3.5 * random.uniform();
      lengthen(liveS, twoThetaDeg, { fromDeg: centreDeg - halfDeg, toDeg: centreDeg + halfDeg }, 3 * 10 ** random.uniform());
    }
  const counts = rates(twoThetaDeg).map((rate, i) => random.poisson(rate * liveS[i]!));
  return { patternId, scanIds: [], unit: 'counts', radiation, twoThetaDeg, counts, liveS };
}

function lengthen(liveS: Float64Array, twoThetaDeg: Float64Array, range: { fromDeg: number; toDeg: number }, factor: number): void {
  for (let i = 0; i < liveS.length; i++) if (twoThetaDeg[i]! >= range.fromDeg && twoThetaDeg[i]! <= range.toDeg) liveS[i]! *= factor;
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const { options, shard, shards } = JSON.parse(process.argv[2]!) as { options: DrawOptions; shard: number; shards: number };
  await drawShard(options, shard, shards, (n, examples) => void process.send!({ n, examples }));
  process.disconnect();
}
