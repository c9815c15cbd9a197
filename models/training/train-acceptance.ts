import { writeFileSync } from 'node:fs';
import {
  type AcceptanceFeatures,
  type AcceptanceModel,
  exactProbability,
  logOddsOf,
  overlookedProbability,
  presentProbability,
} from '../../src/analysis/acceptance.ts';
import { fitDataOf } from '../../src/analysis/fit-data.ts';
import { drawScene, POWDER_PRIOR, SCORING_PRIOR, sceneRates } from '../../src/diffraction/scene.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { Pattern } from '../../src/domain/pattern.ts';
import { samePhase } from '../../src/domain/phase.ts';
import type { RandomSource } from '../../src/ports/runtime.ts';
import { libraryFor } from '../library.ts';
import { featuresOf, logProductOf, runSearch, setFeaturesOf } from '../mixture-identifier.ts';
import { openEnsemble } from '../onnx-ensemble.ts';
import { loadReferences, type ReferencePhase } from '../references/load-references.ts';
import { bundleDir } from '../registry.ts';
import { type Voter, voteFor } from '../voter.ts';
import { boostTrees } from './boost-trees.ts';
import { fitLogistic } from './logistic-regression.ts';

/** One phase of one scene as the search saw it. */
export interface Example {
  readonly inSet: boolean;
  readonly features: AcceptanceFeatures;
  readonly present: boolean;
}

export interface SceneExamples {
  readonly phases: readonly Example[];
  readonly misfit: number;
  readonly unexplained: number;
}

const FOLDS = 5;
/** Strains of the scenes: powders as bought are within a fraction of a per cent of the literature, syntheses are not. */
const STRAINS = [0.003, 0.005, 0.01, 0.03];

export interface DrawOptions {
  readonly references: readonly ReferencePhase[];
  readonly scenes: number;
  readonly seed: number;
  readonly voter: Voter | null;
  readonly progress: (line: string) => void;
}

/** Simulated scenes, half of them ordinary powders and half with strong misfit, searched; every phase becomes an example. */
export async function drawExamples(options: DrawOptions): Promise<SceneExamples[]> {
  const scenes: SceneExamples[] = [];
  const startMs = Date.now();
  for (let n = 0; n < options.scenes; n++) {
    scenes.push(await searchScene(options, n));
    if (n % 20 === 19)
      options.progress(
        `${n + 1} of ${options.scenes} scenes, about ${Math.round((((Date.now() - startMs) / (n + 1)) * (options.scenes - n - 1)) / 1000)} s left`,
      );
  }
  return scenes;
}

async function searchScene({ references, seed, voter }: DrawOptions, n: number): Promise<SceneExamples> {
  const random = seededRandom(seed).fork(`acceptance-${n}`);
  const strain = STRAINS[(n >> 1) % STRAINS.length]!;
  const prior = n % 2 === 0 ? POWDER_PRIOR(strain) : SCORING_PRIOR(strain);
  const library = libraryFor(references, prior.radiation);
  const scene = drawScene(
    random,
    references.map(({ phaseId, structure }, p) => ({ phaseId, structure, reflections: library[p]!.state.reflections })),
    prior,
  );
  const pattern = measure(random, (twoThetaDeg) => sceneRates(scene, twoThetaDeg), prior.radiation, `acceptance-${n}`);
  const votes = voter ? await voter.votes(pattern) : null;
  const data = fitDataOf(pattern);
  const found = runSearch(data, library, pattern.radiation, votes);
  const phases = found.evidence.map((evidence) => ({
    inSet: evidence.inSet,
    features: featuresOf(evidence, found, data, voteFor(votes, evidence.phaseId)),
    present: scene.phases.some(({ phaseId }) => samePhase(phaseId, evidence.phaseId)),
  }));
  return { phases, ...setFeaturesOf(found, data) };
}

/** 10 to 60 or 100 degrees by 0.04, the strongest line at 300 to 30,000 counts. */
function measure(
  random: RandomSource,
  rates: (twoThetaDeg: Float64Array) => Float64Array,
  radiation: Pattern['radiation'],
  patternId: string,
): Pattern {
  const toDeg = random.uniform() < 0.5 ? 60 : 100;
  const twoThetaDeg = Float64Array.from({ length: Math.round((toDeg - 10) / 0.04) + 1 }, (_, i) => 10 + 0.04 * i);
  const liveS = (300 * 100 ** random.uniform()) / 1000;
  const counts = rates(twoThetaDeg).map((rate) => random.poisson(rate * liveS));
  return { patternId, scanIds: [], unit: 'counts', radiation, twoThetaDeg, counts, liveS: twoThetaDeg.map(() => liveS) };
}

/** Boosted trees for each phase; the odds of the whole set are calibrated on scenes that the trees did not see (five folds). */
export function fitAcceptance(
  scenes: readonly SceneExamples[],
  version: string,
  useNetwork: boolean,
): { model: AcceptanceModel; score: { f1: number; exact: number; brierOfSet: number } } {
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const trained = fitTrees(
      scenes.filter((_, n) => n % FOLDS !== fold),
      version,
      useNetwork,
    );
    return scenes.filter((_, n) => n % FOLDS === fold).map((examples) => judge(trained, examples));
  });
  const judged = folds.flat();
  // The folds above put the scenes in another order.
  const ordered = Array.from({ length: FOLDS }, (_, fold) => scenes.filter((_, n) => n % FOLDS === fold)).flat();
  const sets = judged.map((members, n) => ({
    odds: logOddsOf(logProductOf(members)),
    misfit: ordered[n]!.misfit,
    unexplained: ordered[n]!.unexplained,
  }));
  const names = ['odds', 'misfit', 'unexplained'] as const;
  const set = fitLogistic(
    sets.map((features, n) => ({ features, positive: isExact(judged[n]!) })),
    names,
    names,
  );
  const model = { ...fitTrees(scenes, version, useNetwork), set };
  const brierOfSet =
    judged.reduce((sum, members, n) => sum + (exactProbability(model, sets[n]!) - (isExact(members) ? 1 : 0)) ** 2, 0) / judged.length;
  return { model, score: { ...scoreMembers(judged), brierOfSet } };
}

function fitTrees(scenes: readonly SceneExamples[], version: string, useNetwork: boolean): AcceptanceModel {
  const rows = (inSet: boolean) =>
    scenes
      .flatMap(({ phases }) => phases)
      .flatMap((example) => (example.inSet === inSet ? [{ features: { ...example.features }, positive: example.present }] : []));
  const network = useNetwork ? ({ network: 1 } as const) : {};
  const present = boostTrees(rows(true), {
    features: { gain: 1, margin: 1, strain: -1, height: 1, misfit: -1, explained: 1, isolated: 1, ...network },
    rounds: 120,
    depth: 3,
    rate: 0.1,
    leafWeight: 3,
  });
  const overlooked = boostTrees(rows(false), {
    features: { gain: 1, misfit: 1, power: -1, ...network },
    rounds: 80,
    depth: 2,
    rate: 0.1,
    leafWeight: 0.5,
  });
  return { version, present, overlooked, set: { intercept: 0, weights: { odds: 1, misfit: 0, unexplained: 0 } } };
}

interface Judged {
  readonly probability: number;
  readonly claimed: boolean;
  readonly present: boolean;
}

function judge(model: AcceptanceModel, examples: SceneExamples): Judged[] {
  return examples.phases.map(({ inSet, features, present }) => {
    const probability = inSet ? presentProbability(model, features) : Math.min(0.49, overlookedProbability(model, features));
    return { probability, claimed: inSet && probability >= 0.5, present };
  });
}

function isExact(members: readonly Judged[]): boolean {
  return members.every(({ claimed, present }) => claimed === present);
}

/** Micro F1 and share of exact sets. */
function scoreMembers(scenes: readonly (readonly Judged[])[]): { f1: number; exact: number } {
  let [tp, fp, fn, exact] = [0, 0, 0, 0];
  for (const members of scenes) {
    for (const { claimed, present } of members) {
      if (claimed && present) tp++;
      else if (claimed) fp++;
      else if (present) fn++;
    }
    if (isExact(members)) exact++;
  }
  return { f1: (2 * tp) / (2 * tp + fp + fn), exact: exact / scenes.length };
}

/**
 * `npx tsx models/training/train-acceptance.ts MODEL hybrid|search SCENES SEED`: writes models/acceptance/METHOD.json and prints the figures on
 * scenes left out.
 */
async function main([id = 'solid-state-precursors', method = 'search', scenes = '300', seed = '1']: readonly string[]): Promise<void> {
  const ensemble = method === 'hybrid' ? await openEnsemble(bundleDir(id)) : null;
  const references = loadReferences(ensemble?.manifest.space ?? id);
  const examples = await drawExamples({
    references,
    scenes: Number(scenes),
    seed: Number(seed),
    voter: ensemble,
    progress: (line) => void process.stderr.write(`${line}\n`),
  });
  await ensemble?.close();
  const { model, score } = fitAcceptance(examples, `${method}, ${scenes} simulated scenes, seed ${seed}`, ensemble !== null);
  writeFileSync(new URL(`../acceptance/${method}.json`, import.meta.url), `${JSON.stringify(model)}\n`);
  process.stdout.write(`${JSON.stringify(score)}\n`);
}

if (process.argv[1]?.endsWith('train-acceptance.ts')) await main(process.argv.slice(2));
