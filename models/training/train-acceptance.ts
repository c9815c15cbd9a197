import { writeFileSync } from 'node:fs';
import { type AcceptanceModel, exactProbability, overlookedProbability, presentProbability } from '../../src/analysis/acceptance.ts';
import { setFeaturesOf, THRESHOLD } from '../acceptance-evidence.ts';
import { boostTrees } from './boost-trees.ts';
import { drawExamples, type SceneExamples } from './draw-examples.ts';
import { fitLogistic } from './logistic-regression.ts';

const FOLDS = 5;

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
    return scenes
      .filter(({ hasDeepTraces }, n) => n % FOLDS === fold && !hasDeepTraces)
      .map((examples) => ({ members: judge(trained, examples), seen: examples.seen }));
  });
  const judged = folds.flat().map(({ members }) => members);
  const sets = folds.flat().map(({ members, seen }) => setFeaturesOf(members, seen));
  const names = ['odds', 'misfit', 'unexplained'] as const;
  const set = fitLogistic(
    sets.map((features, n) => ({ features: { ...features }, positive: isExact(judged[n]!) })),
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
      .filter(({ hasDeepTraces }) => inSet || !hasDeepTraces)
      .flatMap(({ phases }) => phases)
      .flatMap((example) => (example.inSet === inSet ? [{ features: { ...example.features }, positive: example.present }] : []));
  const network = useNetwork ? ({ network: 1, spread: 0 } as const) : {};
  const present = boostTrees(rows(true), {
    features: {
      gain: 1,
      margin: 1,
      strain: -1,
      height: 1,
      misfit: -1,
      explained: 1,
      isolated: 1,
      changes: -1,
      confirmed: 1,
      sizeNm: 0,
      ...network,
    },
    rounds: 150,
    depth: 3,
    rate: 0.1,
    leafWeight: 3,
  });
  const overlooked = boostTrees(rows(false), {
    features: { gain: 1, misfit: 1, power: -1, unexplained: 1, exchange: -1, ...network },
    rounds: 120,
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
    return { probability, claimed: inSet && probability >= THRESHOLD, present };
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
async function main([id = 'solid-state-precursors', method = 'search', scenes = '1000', seed = '1']: readonly string[]): Promise<void> {
  const hybrid = method === 'hybrid';
  const drawing = { id, hybrid, scenes: Number(scenes), seed: Number(seed) };
  const examples = await drawExamples(drawing, (line) => void process.stderr.write(`${line}\n`));
  const { model, score } = fitAcceptance(examples, `${method}, ${scenes} simulated scenes, seed ${seed}`, hybrid);
  writeFileSync(new URL(`../acceptance/${method}.json`, import.meta.url), `${JSON.stringify(model)}\n`);
  process.stdout.write(`${JSON.stringify(score)}\n`);
}

if (process.argv[1]?.endsWith('train-acceptance.ts')) await main(process.argv.slice(2));
