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
/** Candidate thresholds per feature. */
const CUTS = 24;

/** Gradient boosting of the logistic loss with second-order leaves (Friedman 2001; Chen & Guestrin 2016), splits kept monotonic. */
export function boostTrees(rows: readonly LabelledRow[], options: BoostOptions): BoostedTrees {
  const names = Object.keys(options.features);
  const table = names.map((name) => Float64Array.from(rows, (row) => row.features[name] ?? 0));
  const cuts = table.map((column) => {
    const sorted = [...column].sort((a, b) => a - b);
    return [...new Set(Array.from({ length: CUTS }, (_, c) => sorted[Math.floor(((c + 1) * sorted.length) / (CUTS + 1))]!))];
  });
  const share = (rows.filter((row) => row.positive).length + 0.5) / (rows.length + 1);
  const base = Math.log(share / (1 - share));
  const odds = new Float64Array(rows.length).fill(base);
  const trees: { feature: number[]; at: number[]; value: number[] }[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const slope = new Float64Array(rows.length);
    const curve = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const p = 1 / (1 + Math.exp(-odds[i]!));
      slope[i] = (rows[i]!.positive ? 1 : 0) - p;
      curve[i] = Math.max(p * (1 - p), 1e-6);
    }
    const size = 2 ** (options.depth + 1) - 1;
    const tree = { feature: new Array<number>(size).fill(-1), at: new Array<number>(size).fill(0), value: new Array<number>(size).fill(0) };
    grow(0, Array.from(rows.keys()), 0);
    trees.push(tree);

    function grow(node: number, members: number[], level: number): void {
      const whole = sums(members);
      tree.value[node] = Math.round(options.rate * (whole.slope / (whole.curve + RIDGE)) * 1e4) / 1e4;
      const split = level < options.depth ? bestSplit(members, whole) : null;
      if (!split) {
        for (const i of members) odds[i]! += tree.value[node]!;
        return;
      }
      tree.feature[node] = split.feature;
      tree.at[node] = Math.round(split.at * 1e4) / 1e4;
      const column = table[split.feature]!;
      grow(
        2 * node + 1,
        members.filter((i) => column[i]! < tree.at[node]!),
        level + 1,
      );
      grow(
        2 * node + 2,
        members.filter((i) => column[i]! >= tree.at[node]!),
        level + 1,
      );
    }

    function sums(members: readonly number[]): { slope: number; curve: number } {
      let [s, c] = [0, 0];
      for (const i of members) {
        s += slope[i]!;
        c += curve[i]!;
      }
      return { slope: s, curve: c };
    }

    function bestSplit(members: readonly number[], whole: { slope: number; curve: number }): { feature: number; at: number } | null {
      let best: { feature: number; at: number; gain: number } | null = null;
      for (const [feature, column] of table.entries()) {
        const direction = options.features[names[feature]!]!;
        for (const at of cuts[feature]!) {
          let [s, c] = [0, 0];
          for (const i of members) {
            if (column[i]! >= at) continue;
            s += slope[i]!;
            c += curve[i]!;
          }
          const [restS, restC] = [whole.slope - s, whole.curve - c];
          if (c < options.leafWeight || restC < options.leafWeight) continue;
          const left = s / (c + RIDGE);
          const right = restS / (restC + RIDGE);
          if (direction * (right - left) < 0) continue;
          const gain = s * left + restS * right - whole.slope ** 2 / (whole.curve + RIDGE);
          if (gain > 1e-3 && (!best || gain > best.gain)) best = { feature, at, gain };
        }
      }
      return best;
    }
  }
  return { features: names, base: Math.round(base * 1e4) / 1e4, trees };
}
