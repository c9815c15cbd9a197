import { describe, expect, test } from '@jest/globals';
import { logFactorial } from '../../../src/diffraction/counting-draws.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

/** Chi-square of draws against probabilities, bins joined until each expects at least 8; with its degrees of freedom. */
function chiSquare(draws: readonly number[], probability: (k: number) => number): { perDegree: number; degrees: number } {
  const observed = new Map<number, number>();
  for (const draw of draws) observed.set(draw, (observed.get(draw) ?? 0) + 1);
  const high = Math.max(...draws) + 50;
  let [sum, bins, wanted, seen] = [0, 0, 0, 0];
  for (let k = 0; k <= high; k++) {
    wanted += probability(k) * draws.length;
    seen += observed.get(k) ?? 0;
    if (wanted >= 8) {
      sum += (seen - wanted) ** 2 / wanted;
      bins++;
      [wanted, seen] = [0, 0];
    }
  }
  return { perDegree: sum / Math.max(1, bins - 1), degrees: bins - 1 };
}

describe('seededRandom', () => {
  test('repeats itself, and forks depend on seed and name alone', () => {
    const a = seededRandom(5);
    const b = seededRandom('5');
    const first = Array.from({ length: 20 }, () => a.uniform());
    expect(Array.from({ length: 20 }, () => b.uniform())).toEqual(first);
    expect(a.fork('x').uniform()).toBe(seededRandom(5).fork('x').uniform());
    const others = [seededRandom(6), seededRandom(5).fork('x'), seededRandom(5).fork('y'), seededRandom(5).fork('x').fork('x')];
    expect(new Set([first[0], ...others.map((stream) => stream.uniform())]).size).toBe(5);
    expect(seededRandom('a').fork('b/1:c').uniform()).not.toBe(seededRandom('a').fork('b').fork('c').uniform());
  });

  test('uniform, normal and integer have their moments', () => {
    const random = seededRandom(1);
    const n = 200_000;
    let [sum, square, normal, normalSquare, normalFourth] = [0, 0, 0, 0, 0];
    const faces = new Array<number>(6).fill(0);
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      sum += u;
      square += u * u;
      const z = random.normal();
      normal += z;
      normalSquare += z * z;
      normalFourth += z ** 4;
      faces[random.integer(6)]!++;
    }
    expect(sum / n).toBeCloseTo(0.5, 2);
    expect(square / n).toBeCloseTo(1 / 3, 2);
    expect(Math.abs(normal / n)).toBeLessThan(0.01);
    expect(normalSquare / n).toBeCloseTo(1, 1.7);
    expect(normalFourth / n).toBeCloseTo(3, 0.8);
    for (const count of faces) expect(Math.abs(count / n - 1 / 6)).toBeLessThan(0.005);
  });

  test.each([0.3, 4, 9.9, 10, 37.5, 400])('poisson counts of mean %p follow the law', (mean) => {
    const random = seededRandom(`poisson ${mean}`);
    const draws = Array.from({ length: 40_000 }, () => random.poisson(mean));
    const { perDegree, degrees } = chiSquare(draws, (k) => Math.exp(k * Math.log(mean) - mean - logFactorial(k)));
    expect(Math.abs(perDegree - 1)).toBeLessThan(4 * Math.sqrt(2 / degrees));
  });

  test.each([
    [5, 0.3],
    [40, 0.9],
    [100, 0.02],
    [300, 0.25],
    [5000, 0.5],
    [20_000, 0.0625],
  ])('binomial draws of %i at %p follow the law', (n, p) => {
    const random = seededRandom(`binomial ${n} ${p}`);
    const draws = Array.from({ length: 40_000 }, () => random.binomial(n, p));
    expect(Math.max(...draws)).toBeLessThanOrEqual(n);
    const { perDegree, degrees } = chiSquare(draws, (k) =>
      k > n ? 0 : Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p)),
    );
    expect(Math.abs(perDegree - 1)).toBeLessThan(4 * Math.sqrt(2 / degrees));
  });

  test('edges: nothing from nothing, everything from certainty, millions in one go', () => {
    const random = seededRandom(2);
    expect([random.poisson(0), random.poisson(-1), random.poisson(Number.NaN)]).toEqual([0, 0, 0]);
    expect([random.binomial(0, 0.5), random.binomial(9, 0), random.binomial(9, 1)]).toEqual([0, 0, 9]);
    expect(Math.abs(random.poisson(1e8) - 1e8)).toBeLessThan(6e4);
    expect(Math.abs(random.binomial(1e8, 0.25) - 2.5e7)).toBeLessThan(3e4);
  });

  test('thinned counts are as random as counts', () => {
    const random = seededRandom(11);
    let [sum, square] = [0, 0];
    const n = 40_000;
    for (let i = 0; i < n; i++) {
      const kept = random.binomial(random.poisson(64), 0.25);
      sum += kept;
      square += kept * kept;
    }
    const mean = sum / n;
    expect(mean).toBeCloseTo(16, 0.9);
    expect((square / n - mean * mean) / 16).toBeCloseTo(1, 1.4);
  });
});
