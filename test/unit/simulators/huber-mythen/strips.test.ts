import { describe, expect, test } from '@jest/globals';
import { corrected, packed, type RawFrame } from '../../../../simulators/endpoints/huber-mythen/corrections.ts';
import { defaultSettings } from '../../../../simulators/endpoints/huber-mythen/detector-settings.ts';
import { ExposureTrace } from '../../../../simulators/endpoints/huber-mythen/exposure-trace.ts';
import { stripGeometry } from '../../../../simulators/endpoints/huber-mythen/strip-geometry.ts';
import { MYTHEN_STRIP_DEAD_S, StripSensor } from '../../../../simulators/endpoints/huber-mythen/strip-sensor.ts';
import { seededRandom } from '../../../../src/diffraction/seeded-random.ts';

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

describe('the strips', () => {
  test('look where flat trigonometry says: 15.2 degrees at 240 mm, finer at the ends', () => {
    const { offsetDeg, solidAngle } = stripGeometry(1, 240);
    expect(offsetDeg).toHaveLength(1280);
    expect(offsetDeg[0]).toBeCloseTo(-(Math.atan(31.975 / 240) * 180) / Math.PI, 12);
    expect(offsetDeg[1279]! - offsetDeg[0]!).toBeCloseTo(15.1776, 3);
    expect(offsetDeg[640]! - offsetDeg[639]!).toBeCloseTo(0.0119366, 6);
    expect(offsetDeg[1]! - offsetDeg[0]!).toBeCloseTo(0.011729, 5);
    expect([solidAngle[0], solidAngle[640]].map((share) => share!.toFixed(3))).toEqual(['0.974', '1.000']);
  });

  test('of two modules meet without a gap where the arm points', () => {
    const { offsetDeg } = stripGeometry(2, 240);
    expect(offsetDeg).toHaveLength(2560);
    expect(offsetDeg[1279]! + offsetDeg[1280]!).toBeCloseTo(0, 12);
    expect(offsetDeg[1280]!).toBeCloseTo(0.00587, 4);
  });
});

describe('an exposure', () => {
  test('knows its beam and where the arm stood', () => {
    const trace = new ExposureTrace(10, 100, true, () => 43);
    trace.light(12, false);
    trace.light(15, true);
    trace.mark(16);
    trace.mark(16);
    expect(trace.litPieces()).toEqual([
      { armDeg: 43, seconds: 2, atS: 11 },
      { armDeg: 43, seconds: 1, atS: 15.5 },
    ]);
  });

  test('in which the arm moves is spread over its way', () => {
    const trace = new ExposureTrace(0, 100, true, (atS) => 40 + atS);
    trace.mark(2);
    const pieces = trace.litPieces();
    expect(pieces).toHaveLength(24);
    expect(sum(pieces.map(({ seconds }) => seconds))).toBeCloseTo(2, 9);
    expect(sum(pieces.map(({ armDeg, seconds }) => armDeg * seconds)) / 2).toBeCloseTo(41, 9);
  });
});

const DEAD = { deadTimeS: MYTHEN_STRIP_DEAD_S, model: 'nonparalysable' } as const;

describe('the counters', () => {
  const sensor = (cps: number): StripSensor =>
    new StripSensor(1, 240, 8.05, (angles) => new Float64Array(angles.length).fill(cps), DEAD, seededRandom(5));
  const lit = (seconds: number) => [{ armDeg: 43, seconds, atS: 0 }];

  test('count what the rate, the gain and the time give, with the spread of Poisson', () => {
    const strips = sensor(1000);
    const counts = strips.count(lit(10), 10, [6.4], seededRandom(1));
    const good = [...counts.keys()].filter((i) => !strips.badChannels[i]);
    expect(good).toHaveLength(1277);
    const pulls = good.map((i) => (counts[i]! - strips.flatField[i]!) / Math.sqrt(strips.flatField[i]!));
    // The flat field is 10000 on average, as are the counts; it was measured to 0.2 %.
    expect(Math.abs(sum(pulls) / good.length)).toBeLessThan(0.3);
    expect(sum(pulls.map((pull) => pull ** 2)) / good.length).toBeGreaterThan(0.8);
    expect(sum(pulls.map((pull) => pull ** 2)) / good.length).toBeLessThan(1.4);
    expect(sum(counts.filter((_, i) => strips.badChannels[i]))).toBe(0);
  });

  test('give the same counts from the same source, and others from another', () => {
    const counts = (seed: number) => sensor(100).count(lit(1), 1, [6.4], seededRandom(seed));
    expect(counts(1)).toEqual(counts(1));
    expect(counts(1)).not.toEqual(counts(2));
  });

  test('lose counts by their dead time', () => {
    const share =
      sum(sensor(1e6).count(lit(1), 1, [6.4], seededRandom(1))) / sum(sensor(1e3).count(lit(1000), 1000, [6.4], seededRandom(1)));
    expect(share).toBeCloseTo(1 / (1 + 1e6 * MYTHEN_STRIP_DEAD_S), 2);
  });

  test('see nothing with a threshold above the energy of the photons, and nothing behind the beam stop', () => {
    expect(sum(sensor(1000).count(lit(1), 1, [11], seededRandom(1)))).toBe(0);
    const low = sensor(1000).count([{ armDeg: 0, seconds: 1, atS: 0 }], 1, [6.4], seededRandom(1));
    expect(sum(low.subarray(0, 800))).toBe(0);
    expect(sum(low.subarray(850))).toBeGreaterThan(1e5);
  });

  test('of a hot strip run without light, a dead one does not run at all', () => {
    const strips = sensor(1000);
    const told: string[] = [];
    const cool = strips.disturb({ kind: 'hot', channel: 700, cps: 1e6 }, () => told.push('hot'));
    strips.disturb({ kind: 'dead', fromChannel: 400, count: 16 }, () => told.push('dead'));
    const dark = strips.count([], 2, [6.4], seededRandom(1));
    expect([sum(dark), dark[700]! / 2e6]).toEqual([dark[700], expect.closeTo(1 / 1.2, 2)]);
    expect(sum(strips.count(lit(1), 1, [6.4], seededRandom(1)).subarray(400, 416))).toBe(0);
    cool();
    expect(sum(strips.count([], 2, [6.4], seededRandom(1)))).toBe(0);
    expect(told).toEqual(['hot', 'dead', 'hot', 'dead', 'dead']);
  });
});

describe('the corrections', () => {
  const frame = (counts: readonly number[], bits = 24): RawFrame => ({ counts: Int32Array.from(counts), exposureS: 1, bits });
  const plain = { ...defaultSettings(1), flatFieldCorrection: false };
  const even = { flatField: new Int32Array(4).fill(10_000), badChannels: new Uint8Array(4) };

  test('all off, the counts are those of the counters, and -2 in bad channels', () => {
    expect([...corrected(frame([5, 6, 7, 8]), plain, { ...even, badChannels: Uint8Array.of(0, 0, 1, 0) })]).toEqual([5, 6, -2, 8]);
  });

  test('bad channels are given the mean of the next good ones, or the one there is', () => {
    const settings = { ...plain, badChannelInterpolation: true };
    expect([...corrected(frame([10, 0, 0, 40]), settings, { ...even, badChannels: Uint8Array.of(0, 1, 1, 0) })]).toEqual([10, 25, 25, 40]);
    expect([...corrected(frame([0, 20, 30, 0]), settings, { ...even, badChannels: Uint8Array.of(1, 0, 0, 1) })]).toEqual([20, 20, 30, 30]);
  });

  test('the rate correction undoes the dead time, the flat field the gain', () => {
    expect([...corrected(frame([0, 1e6, 0, 0]), { ...plain, rateCorrection: true }, even)]).toEqual([0, 1_250_000, 0, 0]);
    const uneven = { ...even, flatField: Int32Array.of(8000, 12_000, 10_000, 10_000) };
    expect([...corrected(frame([80, 120, 100, 100]), { ...plain, flatFieldCorrection: true }, uneven)]).toEqual([100, 100, 100, 100]);
  });

  test.each([
    [4, [0x1, 0x2, 0xf, 0x3, 0, 0, 0, 0, 0x5], [0x3f21, 0x5]],
    [8, [0x11, 0x22, 0xff, 0x3], [0x03ff2211]],
    [16, [0x1234, 0x5678, 1, 0], [0x56781234, 1]],
    [24, [0xabcdef, 1], [0xabcdef, 1]],
  ])('raw counters of %i bits are packed from the lowest bits', (bits, counts, words) => {
    expect([...packed(frame(counts, bits))]).toEqual(words);
  });
});
