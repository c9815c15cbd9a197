/**
 * A sum of small decision trees that gives log odds. A node stands at index i with children 2 i + 1 and 2 i + 2: `feature` < 0 marks a leaf,
 * else go left where the feature is below `at`.
 */
export interface BoostedTrees {
  readonly features: readonly string[];
  readonly base: number;
  readonly trees: readonly { readonly feature: readonly number[]; readonly at: readonly number[]; readonly value: readonly number[] }[];
}

export function logOdds({ features, base, trees }: BoostedTrees, row: Readonly<Record<string, number>>): number {
  const values = features.map((name) => row[name] ?? 0);
  let sum = base;
  for (const { feature, at, value } of trees) {
    let node = 0;
    while (feature[node]! >= 0) node = 2 * node + (values[feature[node]!]! < at[node]! ? 1 : 2);
    sum += value[node]!;
  }
  return sum;
}

export function probabilityOf(model: BoostedTrees, row: Readonly<Record<string, number>>): number {
  return 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, logOdds(model, row)))));
}
