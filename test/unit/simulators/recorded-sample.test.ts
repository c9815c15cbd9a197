import { describe, expect, test } from '@jest/globals';
import { profileFor } from '../../../simulators/instrument-profile.ts';
import { recordedSample } from '../../../simulators/recorded-sample.ts';
import { type Recording, readRecording, thinned } from '../../../simulators/recording.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { parseRadiation } from '../../../src/formats/radiation-names.ts';

const BINS = 200;

function recording(overrides: Partial<Recording> = {}): Recording {
  return {
    fileName: 'fast.xrdml',
    radiation: parseRadiation('CuKa12'),
    apertureDeg: 5.54,
    originDeg: 10.003,
    stepDeg: 0.0218846,
    counts: Float64Array.from({ length: BINS }, (_, i) => 1000 + i),
    liveNs: new Float64Array(BINS).fill(4e9),
    fullNs: 4e9,
    ...overrides,
  };
}

function sampleOf(recordings: Recording[]) {
  return recordedSample({ recordings, radiation: null, sampleId: 'sample-1', random: seededRandom(3) });
}

const SCAN = { fromUdeg: 10_003_000, stepUdeg: 21_885, pointCount: BINS, dwellNs: 1e9 };

describe('a recorded sample', () => {
  test('gives every count out exactly once over all visits', () => {
    const sample = sampleOf([recording()]);
    const sums = new Array<number>(BINS).fill(0);
    for (let visit = 0; visit < 4; visit++) {
      expect(sample.refusal(SCAN)).toBeNull();
      const { counts, liveNs } = sample.expose(SCAN, () => 0).count(0, BINS);
      expect(liveNs).toBe(1e9);
      counts.forEach((count, i) => {
        sums[i]! += count;
      });
    }
    expect(sums).toEqual(Array.from({ length: BINS }, (_, i) => 1000 + i));
    expect(sample.refusal(SCAN)).toMatchObject({ code: 'deviceFault', text: expect.stringContaining('exhausted') });
  });

  test('a visit of a quarter takes a quarter, give or take the binomial error', () => {
    const { counts } = sampleOf([recording()])
      .expose(SCAN, () => 0)
      .count(0, BINS);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const expected = (BINS * 1000 + (BINS * (BINS - 1)) / 2) / 4;
    expect(Math.abs(total - expected)).toBeLessThan(4 * Math.sqrt(expected * 0.75));
    expect(new Set(counts).size).toBeGreaterThan(20);
  });

  test('chunks begin at the recorded angles', () => {
    const exposure = sampleOf([recording()]).expose(SCAN, () => 0);
    exposure.count(0, 64);
    expect(exposure.count(64, 64).fromUdeg).toBe(Math.round((10.003 + 64 * 0.0218846) * 1e6));
  });

  test('points behind an attenuator have less live time', () => {
    const liveNs = new Float64Array(BINS).fill(4e9);
    liveNs[5] = 4e8;
    const { liveNs: lives } = sampleOf([recording({ liveNs })])
      .expose(SCAN, () => 0)
      .count(4, 3);
    expect(lives).toEqual([1e9, 1e8, 1e9]);
  });

  test('the step chooses the recording, and what fits none is refused', () => {
    const slow = recording({
      fileName: 'slow.xrdml',
      stepDeg: 0.0109423,
      counts: new Float64Array(400).fill(7),
      liveNs: new Float64Array(400).fill(9e9),
      fullNs: 9e9,
    });
    const sample = sampleOf([recording(), slow]);
    expect(profileFor('strip', sample, 'sim1').capabilities).toMatchObject({
      twoThetaLimits: { fromDeg: 10.003 },
      cost: { apertureDeg: 5.54 },
    });
    expect(sample.rasters).toEqual([
      { stepDeg: 0.0218846, originDeg: 10.003 },
      { stepDeg: 0.0109423, originDeg: 10.003 },
    ]);
    expect(sample.expose({ ...SCAN, stepUdeg: 10_942, dwellNs: 9e9 }, () => 0).count(0, 3).counts).toEqual([7, 7, 7]);
    expect(sample.refusal({ ...SCAN, stepUdeg: 20_000 })?.code).toBe('invalid');
    expect(sample.refusal({ ...SCAN, fromUdeg: 10_012_000 })?.code).toBe('invalid');
    expect(sample.refusal({ ...SCAN, pointCount: BINS + 1 })?.code).toBe('outOfLimits');
    expect(sample.refusal({ ...SCAN, dwellNs: 5e9 })?.code).toBe('deviceFault');
  });

  test('needs a wavelength', () => {
    expect(() => sampleOf([recording({ radiation: null })])).toThrow(/does not name its wavelength/);
  });

  test('thinning keeps the rate', () => {
    const thin = thinned(recording(), 0.1, seededRandom(1));
    expect(thin.fullNs).toBe(4e8);
    const sum = thin.counts.reduce((total, count) => total + count, 0);
    expect(sum / 21990).toBeGreaterThan(0.97);
    expect(sum / 21990).toBeLessThan(1.03);
    expect(thin.counts.every(Number.isInteger)).toBe(true);
  });
});

describe('a file to replay', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  test('is read where it holds integer counts on an even raster', async () => {
    const { originDeg, stepDeg, counts, fullNs } = await readRecording(bytes('10.00 5\n10.02 6\n10.04 7\n10.06 8\n'), 'a.xy');
    expect(originDeg).toBe(10);
    expect(stepDeg).toBeCloseTo(0.02, 9);
    expect([...counts]).toEqual([5, 6, 7, 8]);
    expect(fullNs).toBe(1e9);
  });

  test.each([
    ['fractions', '10.00 5.5\n10.02 6.1\n10.04 7.9\n'],
    ['an uneven raster', '10.00 5\n10.02 6\n10.05 7\n'],
  ])('is refused for %s', async (_, text) => {
    await expect(readRecording(bytes(text), 'a.xy')).rejects.toThrow(/cannot be replayed/);
  });
});
