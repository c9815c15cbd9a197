import { writeFileSync } from 'node:fs';
import { type AcceptanceFeatures, type AcceptanceModel, acceptanceProbability } from '../../src/analysis/acceptance.ts';
import { fitDataOf } from '../../src/analysis/fit-data.ts';
import { solve } from '../../src/analysis/normal-equations.ts';
import { drawScene, SCORING_PRIOR, sceneRates } from '../../src/diffraction/scene.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { Pattern } from '../../src/domain/pattern.ts';
import { samePhase } from '../../src/domain/phase.ts';
import { libraryFor } from '../library.ts';
import { featuresOf, runSearch, type Voter } from '../mixture-identifier.ts';
import { loadReferences } from '../references/load-references.ts';

export interface Example {
  readonly features: AcceptanceFeatures;
  readonly present: boolean;
}

export interface AcceptanceTraining {
  readonly space: string;
  readonly scenes: number;
  readonly seed: number;
  readonly voter: Voter | null;
  readonly progress: (line: string) => void;
}

const NAMES = ['gain', 'margin', 'strain', 'height', 'network'] as const;
/** Strength of the pull of each weight towards 0; small beside thousands of examples. */
const RIDGE = 0.5;
/** Strains of the scenes: powders as bought are within a fraction of a per cent of the literature, syntheses are not. */
const STRAINS = [0.003, 0.005, 0.01, 0.03];

/** Simulated scenes with misfit, searched; each phase of the found set and the best absent ones become examples. */
export async function drawExamples(options: AcceptanceTraining): Promise<Example[]> {
  const references = loadReferences(options.space);
  const examples: Example[] = [];
  const startMs = Date.now();
  for (let n = 0; n < options.scenes; n++) {
    const random = seededRandom(options.seed).fork(`acceptance-${n}`);
    const prior = SCORING_PRIOR(STRAINS[n % STRAINS.length]!);
    const library = libraryFor(references, prior.radiation);
    const sceneLibrary = references.map(({ phaseId, structure }, p) => ({
      phaseId,
      structure,
      reflections: library[p]!.state.reflections,
    }));
    const scene = drawScene(random, sceneLibrary, prior);
    const toDeg = random.uniform() < 0.5 ? 60 : 100;
    const twoThetaDeg = Float64Array.from({ length: Math.round((toDeg - 10) / 0.04) + 1 }, (_, i) => 10 + 0.04 * i);
    const liveS = (300 * 100 ** random.uniform()) / 1000;
    const counts = sceneRates(scene, twoThetaDeg).map((rate) => random.poisson(rate * liveS));
    const pattern: Pattern = {
      patternId: `acceptance-${n}`,
      scanIds: [],
      unit: 'counts',
      radiation: prior.radiation,
      twoThetaDeg,
      counts,
      liveS: twoThetaDeg.map(() => liveS),
    };
    const votes = options.voter ? await options.voter.votes(pattern) : null;
    const data = fitDataOf(pattern);
    const found = runSearch(data, library, pattern.radiation, votes);
    for (const evidence of found.evidence) {
      const vote = votes ? votes.probability[votes.phaseIds.indexOf(evidence.phaseId)]! : null;
      if (!evidence.inSet) continue;
      examples.push({
        features: featuresOf(evidence, found, data, vote),
        present: scene.phases.some(({ phaseId }) => samePhase(phaseId, evidence.phaseId)),
      });
    }
    if (n % 20 === 19)
      options.progress(
        `${n + 1} of ${options.scenes} scenes, about ${Math.round((((Date.now() - startMs) / (n + 1)) * (options.scenes - n - 1)) / 1000)} s left`,
      );
  }
  return examples;
}

/** Logistic regression by Newton's method. */
export function fitAcceptance(examples: readonly Example[], version: string, useNetwork: boolean): AcceptanceModel {
  const names = NAMES.filter((name) => useNetwork || name !== 'network');
  const n = names.length + 1;
  const beta = new Float64Array(n);
  const rows = examples.map(({ features }) => [1, ...names.map((name) => features[name])]);
  for (let round = 0; round < 30; round++) {
    const matrix = new Float64Array(n * n);
    const right = new Float64Array(n);
    for (const [e, row] of rows.entries()) {
      const z = row.reduce((sum, value, a) => sum + value * beta[a]!, 0);
      const p = 1 / (1 + Math.exp(-z));
      for (let a = 0; a < n; a++) {
        right[a]! += row[a]! * ((examples[e]!.present ? 1 : 0) - p);
        for (let b = 0; b < n; b++) matrix[a * n + b]! += row[a]! * row[b]! * p * (1 - p);
      }
    }
    for (let a = 1; a < n; a++) {
      matrix[a * n + a]! += RIDGE;
      right[a]! -= RIDGE * beta[a]!;
    }
    const step = solve({ n, matrix, right });
    for (let a = 0; a < n; a++) beta[a]! += step[a]!;
  }
  const weightOf = (name: (typeof NAMES)[number]) => (names.includes(name) ? round4(beta[names.indexOf(name) + 1]!) : 0);
  return {
    version,
    intercept: round4(beta[0]!),
    weights: {
      gain: weightOf('gain'),
      margin: weightOf('margin'),
      strain: weightOf('strain'),
      height: weightOf('height'),
      network: weightOf('network'),
    },
  };
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Share of the examples on the right side of one half, and the Brier score. */
export function scoreAcceptance(model: AcceptanceModel, examples: readonly Example[]): { accuracy: number; brier: number } {
  let right = 0;
  let brier = 0;
  for (const { features, present } of examples) {
    const p = acceptanceProbability(model, features);
    if (p >= 0.5 === present) right++;
    brier += (p - (present ? 1 : 0)) ** 2;
  }
  return { accuracy: right / examples.length, brier: brier / examples.length };
}

/** `npx tsx models/training/train-acceptance.ts SPACE SCENES SEED OUT.json`: prints the model without a network and writes the examples. */
async function main([space = 'solid-state-precursors', scenes = '200', seed = '1', out]: readonly string[]): Promise<void> {
  const examples = await drawExamples({
    space,
    scenes: Number(scenes),
    seed: Number(seed),
    voter: null,
    progress: (line) => void process.stderr.write(`${line}\n`),
  });
  const model = fitAcceptance(examples, `search, ${scenes} simulated scenes, seed ${seed}`, false);
  if (out) writeFileSync(out, JSON.stringify(examples));
  process.stdout.write(`${JSON.stringify({ model, ...scoreAcceptance(model, examples), examples: examples.length })}\n`);
}

if (process.argv[1]?.endsWith('train-acceptance.ts')) await main(process.argv.slice(2));
