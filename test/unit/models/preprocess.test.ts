import { describe, expect, test } from '@jest/globals';
import { poissonGrid } from '../../../models/bin-pattern.ts';
import { networkInput } from '../../../models/preprocess.ts';
import { runningBackground } from '../../../models/running-background.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

const N = 3248;

function scene(liveS: number, to = N) {
  const counts = new Float64Array(N);
  const live = new Float64Array(N);
  const measured = new Uint8Array(N);
  for (let i = 0; i < to; i++) {
    const rate = 40 + 60 * Math.exp(-i / 400) + 2000 * Math.exp(-(((i - 900) / 3) ** 2)) + 300 * Math.exp(-(((i - 1500) / 3) ** 2));
    counts[i] = rate * liveS;
    live[i] = liveS;
    measured[i] = 1;
  }
  return poissonGrid(counts, live, measured);
}

describe('runningBackground', () => {
  test('follows a slope and passes under lines', () => {
    const background = runningBackground(scene(1).rate, new Uint8Array(N).fill(1));
    for (const i of [100, 900, 1500, 3000]) {
      const truth = 40 + 60 * Math.exp(-i / 400);
      expect(Math.abs(background[i]! - truth)).toBeLessThan(3);
    }
  });

  test('is zero where nothing was measured at all', () => {
    expect(runningBackground(new Float64Array(N), new Uint8Array(N)).every((value) => value === 0)).toBe(true);
  });
});

describe('networkInput', () => {
  test('a scan counted longer differs in its error channels only', () => {
    const short = networkInput(scene(1));
    const long = networkInput(scene(100));
    for (const i of [50, 900, 1500]) {
      expect(long[i]).toBeCloseTo(short[i]!, 4);
      expect(long[2 * N + i]! - short[2 * N + i]!).toBeCloseTo(0.25, 4);
    }
    expect(long[N + 1500]!).toBeGreaterThan(short[N + 1500]!);
  });

  test('the strongest line is near 1, and only measured cells are not zero', () => {
    const input = networkInput(scene(1, 2000));
    expect(input[900]!).toBeGreaterThan(0.95);
    expect(input[900]!).toBeLessThan(1.1);
    for (let i = 0; i < N; i++) {
      expect(input[2 * N + i]! > 0).toBe(i < 2000);
      if (i >= 2000) expect([input[i], input[N + i]]).toEqual([0, 0]);
    }
  });

  test('stays finite for an empty pattern and for one without a single count', () => {
    const random = seededRandom(1);
    const nothing = poissonGrid(new Float64Array(N), new Float64Array(N), new Uint8Array(N));
    const silent = poissonGrid(new Float64Array(N), new Float64Array(N).fill(random.uniform() + 0.1), new Uint8Array(N).fill(1));
    expect(networkInput(nothing).every((value) => value === 0)).toBe(true);
    expect(networkInput(silent).every(Number.isFinite)).toBe(true);
  });
});
