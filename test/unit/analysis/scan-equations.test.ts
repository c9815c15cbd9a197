import { describe, expect, test } from '@jest/globals';
import { addBackground, backgroundBasis } from '../../../src/analysis/background-basis.ts';
import { ScanEquations } from '../../../src/analysis/scan-equations.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { denseEquations } from './dense-equations.ts';

const POINTS = 137;
const random = seededRandom(5);
const draw = (make: () => number) => Float64Array.from({ length: POINTS }, make);
const twoThetaDeg = Float64Array.from({ length: POINTS }, (_, i) => 12 + 0.4 * i + (i > 60 ? 11 : 0));
const liveS = draw(() => 1 + random.uniform());
const counts = draw(() => 100 * random.uniform());
const basis = backgroundBasis(twoThetaDeg, liveS);
const dense = Array.from({ length: basis.count }, (_, a) => {
  const column = new Float64Array(POINTS);
  addBackground(
    column,
    basis,
    Float64Array.from({ length: basis.count }, (_unused, b) => (a === b ? 1 : 0)),
  );
  return column;
});
/** Columns that are zero at both ends, here and there. */
const columns = Array.from({ length: 7 }, (_, p) =>
  draw(() => random.normal())
    .fill(0, 0, 9 * p)
    .fill(0, POINTS - 5 * p),
);

function expectEqual(built: ReturnType<ScanEquations['build']>, wanted: readonly Float64Array[], weights: Float64Array) {
  const { matrix, right } = denseEquations([...dense, ...wanted], weights, counts);
  expect(built.n).toBe(basis.count + wanted.length);
  matrix.forEach((value, at) => {
    expect(Math.abs(built.matrix[at]! - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
  });
  right.forEach((value, at) => {
    expect(Math.abs(built.right[at]! - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
  });
}

describe('backgroundBasis', () => {
  test('the splines add up to the factor, with the air scatter apart', () => {
    const flat = new Float64Array(POINTS);
    addBackground(
      flat,
      basis,
      Float64Array.from({ length: basis.count }, (_, a) => (a < basis.count - 1 ? 1 : 0)),
    );
    flat.forEach((value, i) => {
      expect(value).toBeCloseTo(liveS[i]!, 9);
    });
    dense.at(-1)!.forEach((value, i) => {
      expect(value).toBeCloseTo((liveS[i]! * 10) / twoThetaDeg[i]!, 9);
    });
  });
});

describe('ScanEquations', () => {
  test('sums what the dense columns sum', () => {
    const weights = draw(() => random.uniform());
    expectEqual(new ScanEquations(basis, counts).build(columns, weights), columns, weights);
  });

  test('takes known columns over, in any order, and never mixes weightings', () => {
    const equations = new ScanEquations(basis, counts);
    const first = draw(() => random.uniform());
    const second = draw(() => random.uniform());
    const [a, b, c, d, e, f] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    for (const [wanted, weights] of [
      [[a, b, c], first],
      [[c, d, a], first],
      [[a, b], second],
      [[e, b, f, d], first],
      [[f], second],
      [[d, e, f, a, b, c], first],
    ] as const)
      expectEqual(equations.build(wanted, weights), wanted, weights);
  });

  test('columns that do not last may be overwritten', () => {
    const equations = new ScanEquations(basis, counts);
    const weights = draw(() => random.uniform());
    const passing = columns[1]!.slice();
    equations.build([columns[0]!, passing], weights, 1);
    passing.set(columns[3]!);
    expectEqual(equations.build([columns[0]!, passing], weights), [columns[0]!, passing], weights);
  });

  test("what it hands out is the caller's to change", () => {
    const equations = new ScanEquations(basis, counts);
    const weights = draw(() => random.uniform());
    equations.build(columns, weights).matrix.fill(0);
    expectEqual(equations.build(columns, weights), columns, weights);
  });
});
