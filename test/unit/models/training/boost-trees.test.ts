import { describe, expect, test } from '@jest/globals';
import { boostTrees } from '../../../../models/training/boost-trees.ts';
import { probabilityOf } from '../../../../src/analysis/boosted-trees.ts';
import { seededRandom } from '../../../../src/diffraction/seeded-random.ts';

const OPTIONS = { rounds: 60, depth: 3, rate: 0.15, leafWeight: 2 };

/** Two features of which only the first tells: positive with probability `chance(x)`. */
function rowsOf(seed: number, count: number, chance: (x: number) => number) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const x = random.uniform();
    return { features: { x, noise: random.normal() }, positive: random.uniform() < chance(x) };
  });
}

describe('boostTrees', () => {
  test('learns a probability that rises with a feature', () => {
    const model = boostTrees(
      rowsOf(1, 4000, (x) => x),
      { ...OPTIONS, features: { x: 1, noise: 0 } },
    );
    for (const x of [0.1, 0.5, 0.9]) expect(Math.abs(probabilityOf(model, { x, noise: 0 }) - x)).toBeLessThan(0.12);
  });

  test('finds the edge of a rare kind far out in the tail', () => {
    const model = boostTrees(
      rowsOf(2, 20_000, (x) => (x > 0.995 ? 0.9 : 0.0005)),
      { ...OPTIONS, features: { x: 1, noise: 0 } },
    );
    expect(probabilityOf(model, { x: 0.9985, noise: 0 })).toBeGreaterThan(0.6);
    expect(probabilityOf(model, { x: 0.9, noise: 0 })).toBeLessThan(0.01);
  });

  test('never moves against the direction that was asked for', () => {
    const falling = rowsOf(3, 2000, (x) => 1 - x);
    const model = boostTrees(falling, { ...OPTIONS, features: { x: 1, noise: 0 } });
    let before = 0;
    for (let x = 0; x <= 1; x += 0.05) {
      const now = probabilityOf(model, { x, noise: 0 });
      expect(now).toBeGreaterThanOrEqual(before - 1e-12);
      before = now;
    }
  });

  test('of one kind only it says so, whatever the features', () => {
    const model = boostTrees(
      rowsOf(4, 300, () => 1),
      { ...OPTIONS, features: { x: 1, noise: 0 } },
    );
    expect(probabilityOf(model, { x: 0.5, noise: 0 })).toBeGreaterThan(0.99);
  });
});
