import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { normalEquations, solve, solveNonNegative } from '../../../src/analysis/normal-equations.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

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
        const x = solve(normalEquations(columns, weights, residual));
        x.forEach((value, a) => {
          expect(value).toBeCloseTo(a - 2, 6);
        });
      }),
    );
  });

  test('sums as written out by hand, zeros at the ends or not', () => {
    fc.assert(
      fc.property(seeds, sizes, (seed, n) => {
        const { columns, weights, residual } = problem(seed, n, () => 1);
        columns.forEach((column, a) => {
          column.fill(0, 0, (3 * a) % POINTS);
          column.fill(0, POINTS - 2 * a);
        });
        const { matrix, right } = normalEquations(columns, weights, residual);
        for (let a = 0; a < n; a++) {
          const dot = (other: Float64Array) => columns[a]!.reduce((sum, value, i) => sum + value * weights[i]! * other[i]!, 0);
          expect(right[a]).toBeCloseTo(dot(residual), 9);
          for (let b = 0; b < n; b++) expect(matrix[a * n + b]).toBeCloseTo(dot(columns[b]!), 9);
        }
      }),
    );
  });

  test('what is fixed stays 0, and the rest is the best without it', () => {
    const { columns, weights, residual } = problem(7, 4, () => 1);
    const x = solve(normalEquations(columns, weights, residual), 0, new Set([1]));
    const without = solve(
      normalEquations(
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
    const x = solve(normalEquations([columns[0]!, columns[1]!, columns[1]!, new Float64Array(POINTS)], weights, residual));
    expect(x.every(Number.isFinite)).toBe(true);
    expect(x[3]).toBe(0);
    expect(x[2]).toBe(0);
  });

  test('damping shortens the step', () => {
    const equations = normalEquations(...(Object.values(problem(3, 5, () => 1)) as Parameters<typeof normalEquations>));
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
        const equations = normalEquations(columns, weights, residual);
        const all = Array.from({ length: n }, (_, a) => a);
        const x = solveNonNegative(equations, all);
        for (const value of x) expect(value).toBeGreaterThanOrEqual(0);
        expect([...solveNonNegative(equations, [])]).toEqual([...solve(equations)]);
        const positive = problem(seed, n, () => 1);
        const free = normalEquations(positive.columns, positive.weights, positive.residual);
        expect([...solveNonNegative(free, all)]).toEqual([...solve(free)]);
      }),
    );
  });
});
