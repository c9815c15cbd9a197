import type { BoostedTrees } from '../../src/analysis/boosted-trees.ts';
import type { LabelledRow } from './logistic-regression.ts';

export interface BoostOptions {
  /** Names of the features, and which way each may push the odds: 1 up, -1 down, 0 either. */
  readonly features: Readonly<Record<string, -1 | 0 | 1>>;
  readonly rounds: number;
  readonly depth: number;
  readonly rate: number;
  /** Least second derivative (about a quarter of the examples) in a leaf. */
  readonly leafWeight: number;
}

const RIDGE = 1;
/** Candidate thresholds per feature: quantiles of all rows, and as many of the rarer kind. */
const CUTS = 32;

interface Binned {
  readonly cuts: readonly number[];
  /** Per row, how many cuts lie at or below its value. */
  readonly bins: Uint8Array;
}

interface Sums {
  slope: number;
  curve: number;
}

/** Gradient boosting of the logistic loss with second-order leaves (Friedman 2001; Chen & Guestrin 2016), splits kept monotonic. */
export function boostTrees(rows: readonly LabelledRow[], options: BoostOptions): BoostedTrees {
  const names = Object.keys(options.features);
  const directions = Object.values(options.features);
  const positives = rows.filter((row) => row.positive);
  const rarer = positives.length * 2 < rows.length ? positives : rows.filter((row) => !row.positive);
  const table = names.map((name) => binned(rows, rarer, name));
  const share = (positives.length + 0.5) / (rows.length + 1);
  const base = round4(Math.log(share / (1 - share)));
  const odds = new Float64Array(rows.length).fill(base);
  const slope = new Float64Array(rows.length);
  const curve = new Float64Array(rows.length);
  const trees: { feature: number[]; at: number[]; value: number[] }[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (let i = 0; i < rows.length; i++) {
      const p = 1 / (1 + Math.exp(-odds[i]!));
      slope[i] = (rows[i]!.positive ? 1 : 0) - p;
      curve[i] = Math.max(p * (1 - p), 1e-6);
    }
    const size = 2 ** (options.depth + 1) - 1;
    const tree = { feature: new Array<number>(size).fill(-1), at: new Array<number>(size).fill(0), value: new Array<number>(size).fill(0) };
    grow(0, Uint32Array.from(rows.keys()), 0);
    trees.push(tree);

    function grow(node: number, members: Uint32Array, level: number): void {
      const whole = { slope: 0, curve: 0 };
      for (const i of members) add(whole, slope[i]!, curve[i]!);
      tree.value[node] = round4(options.rate * (whole.slope / (whole.curve + RIDGE)));
      const split = level < options.depth ? bestSplit(members, whole) : null;
      if (!split) {
        for (const i of members) odds[i]! += tree.value[node]!;
        return;
      }
      const { cuts, bins } = table[split.feature]!;
      tree.feature[node] = split.feature;
      tree.at[node] = cuts[split.cut]!;
      grow(
        2 * node + 1,
        members.filter((i) => bins[i]! <= split.cut),
        level + 1,
      );
      grow(
        2 * node + 2,
        members.filter((i) => bins[i]! > split.cut),
        level + 1,
      );
    }

    function bestSplit(members: Uint32Array, whole: Sums): { feature: number; cut: number } | null {
      let best: { feature: number; cut: number; gain: number } | null = null;
      for (const [feature, { cuts, bins }] of table.entries()) {
        const perBin = Array.from({ length: cuts.length + 1 }, (): Sums => ({ slope: 0, curve: 0 }));
        for (const i of members) add(perBin[bins[i]!]!, slope[i]!, curve[i]!);
        const below = { slope: 0, curve: 0 };
        for (let cut = 0; cut < cuts.length; cut++) {
          add(below, perBin[cut]!.slope, perBin[cut]!.curve);
          const gain = gainOf(below, whole, directions[feature]!, options.leafWeight);
          if (gain > 1e-3 && (!best || gain > best.gain)) best = { feature, cut, gain };
        }
      }
      return best;
    }
  }
  return { features: names, base, trees };
}

/** What a split wins; 0 where a leaf is too light or the odds would move the wrong way. */
function gainOf(below: Sums, whole: Sums, direction: number, leafWeight: number): number {
  const rest = { slope: whole.slope - below.slope, curve: whole.curve - below.curve };
  if (below.curve < leafWeight || rest.curve < leafWeight) return 0;
  const left = below.slope / (below.curve + RIDGE);
  const right = rest.slope / (rest.curve + RIDGE);
  if (direction * (right - left) < 0) return 0;
  return below.slope * left + rest.slope * right - whole.slope ** 2 / (whole.curve + RIDGE);
}

function binned(rows: readonly LabelledRow[], rarer: readonly LabelledRow[], name: string): Binned {
  const cuts = [...new Set([...quantiles(rows, name), ...quantiles(rarer, name)])].sort((a, b) => a - b);
  const bins = Uint8Array.from(rows, (row) => {
    let bin = 0;
    while (bin < cuts.length && (row.features[name] ?? 0) >= cuts[bin]!) bin++;
    return bin;
  });
  return { cuts, bins };
}

function quantiles(rows: readonly LabelledRow[], name: string): number[] {
  const sorted = Float64Array.from(rows, (row) => row.features[name] ?? 0).sort();
  return Array.from({ length: rows.length > 0 ? CUTS : 0 }, (_, c) => round4(sorted[Math.floor(((c + 1) * sorted.length) / (CUTS + 1))]!));
}

function add(sums: Sums, slope: number, curve: number): void {
  sums.slope += slope;
  sums.curve += curve;
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
