import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { solve, solveNonNegative } from '../../../src/analysis/normal-equations.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { denseEquations } from './dense-equations.ts';

const POINTS = 40;
/** Random columns, weights and a truth; the residual is made of it. */
function problem(seed: number, n: number, truthAt: (column: number) => number) {
  const random = seededRandom(seed);
  const columns = Array.from({ length: n }, () => Float64Array.from({ length: POINTS }, () => random.normal()));
  const weights = Float64Array.from({ length: POINTS }, () => 0.1 + random.uniform());
  const residual = Float64Array.from({ length: POINTS }, (_, i) => columns.reduce((sum, column, a) => sum + column[i]! * truthAt(a), 0));
  return { columns, weights, residual };
}
const seeds = fc.integer({ min: 0, max: 1e6 });
const sizes = fc.integer({ min: 1, max: 8 });

describe('solve', () => {
  test('finds what the data were made of', () => {
    fc.assert(
      fc.property(seeds, sizes, (seed, n) => {
        const { columns, weights, residual } = problem(seed, n, (a) => a - 2);
        const x = solve(denseEquations(columns, weights, residual));
        x.forEach((value, a) => {
          expect(value).toBeCloseTo(a - 2, 6);
        });
      }),
    );
  });

  test('what is fixed stays 0, and the rest is the best without it', () => {
    const { columns, weights, residual } = problem(7, 4, () => 1);
    const x = solve(denseEquations(columns, weights, residual), 0, new Set([1]));
    const without = solve(
      denseEquations(
        columns.filter((_, a) => a !== 1),
        weights,
        residual,
      ),
    );
    expect(x[1]).toBe(0);
    [x[0], x[2], x[3]].forEach((value, i) => {
      expect(value).toBeCloseTo(without[i]!, 9);
    });
  });

  test('a direction without information stays 0 and harms nothing', () => {
    const { columns, weights, residual } = problem(11, 3, (a) => a + 1);
    const x = solve(denseEquations([columns[0]!, columns[1]!, columns[1]!, new Float64Array(POINTS)], weights, residual));
    expect(x.every(Number.isFinite)).toBe(true);
    expect(x[3]).toBe(0);
    expect(x[2]).toBe(0);
  });

  test('damping shortens the step', () => {
    const equations = denseEquations(...(Object.values(problem(3, 5, () => 1)) as Parameters<typeof denseEquations>));
    const length = (x: Float64Array) => Math.hypot(...x);
    expect(length(solve(equations, 10))).toBeLessThan(length(solve(equations, 1)));
    expect(length(solve(equations, 1))).toBeLessThan(length(solve(equations)));
  });
});

describe('solveNonNegative', () => {
  test('keeps to the sign, and equals the free solution where that does', () => {
    fc.assert(
      fc.property(seeds, sizes, (seed, n) => {
        const { columns, weights, residual } = problem(seed, n, (a) => (a % 2 === 0 ? 1 : -1));
        const equations = denseEquations(columns, weights, residual);
        const all = Array.from({ length: n }, (_, a) => a);
        const x = solveNonNegative(equations, all);
        for (const value of x) expect(value).toBeGreaterThanOrEqual(0);
        expect([...solveNonNegative(equations, [])]).toEqual([...solve(equations)]);
        const positive = problem(seed, n, () => 1);
        const free = denseEquations(positive.columns, positive.weights, positive.residual);
        expect([...solveNonNegative(free, all)]).toEqual([...solve(free)]);
      }),
    );
  });
});
