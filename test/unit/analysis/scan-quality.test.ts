import { describe, expect, test } from '@jest/globals';
import { compareScans, examineLikeness } from '../../../src/analysis/same-sample.ts';
import { examineScan } from '../../../src/analysis/scan-quality.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';

const ANGLES_DEG = Float64Array.from({ length: 2001 }, (_, i) => 10 + 0.04 * i);
const LINES_DEG = [21.3, 28.7, 33.1, 40.2, 44.6, 52.9, 61.05, 70.4];

/** Poisson counts over a falling background of about `level`, with Gaussian lines of 0.12 degrees up to `height`; fainter ones between. */
function scan(seed: number, { level = 200, height = 4000, linesDeg = LINES_DEG, liveS = 1 } = {}): Pattern {
  const random = seededRandom(seed);
  const counts = ANGLES_DEG.map((deg) => {
    const background = level * (0.5 + 10 / deg);
    const lines = linesDeg.reduce((sum, lineDeg, k) => sum + (height / (k + 1)) * 2 ** -(((deg - lineDeg) / 0.06) ** 2), 0);
    return random.poisson(background + lines);
  });
  const radiation = { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] };
  const live = new Float64Array(counts.length).fill(liveS);
  return { patternId: `p${seed}`, scanIds: [], unit: 'counts', radiation, twoThetaDeg: ANGLES_DEG, counts, liveS: live };
}

function withCount(pattern: Pattern, deg: number, count: number): Pattern {
  return changed(pattern, (counts) => counts.fill(count, indexOf(deg), indexOf(deg) + 1));
}

/** Every count by itself. */
function mapped(pattern: Pattern, change: (count: number) => number): Pattern {
  return { ...pattern, counts: pattern.counts.map(change) };
}

function changed(pattern: Pattern, change: (counts: Float64Array) => void): Pattern {
  const counts = pattern.counts.slice();
  change(counts);
  return { ...pattern, counts };
}

const kinds = (pattern: Pattern, maxCps: number | null = null) =>
  examineScan(pattern, { maxCps }).map(({ kind, severity }) => `${kind} ${severity}`);
const indexOf = (deg: number) => Math.round((deg - 10) / 0.04);

describe('examineScan', () => {
  test('says nothing of good scans, bright and faint', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(kinds(scan(seed))).toEqual([]);
      expect(kinds(scan(seed, { level: 3, height: 60 }))).toEqual([]);
      expect(kinds(scan(seed, { level: 3000, height: 200_000 }))).toEqual([]);
    }
  });

  test('an empty holder: lines would be seen, and there are none', () => {
    for (let seed = 0; seed < 20; seed++) expect(kinds(scan(seed, { linesDeg: [] }))).toEqual(['emptyHolder stop']);
  });

  test('where lines might still hide in the noise it only warns', () => {
    const [finding] = examineScan(scan(1, { level: 4, linesDeg: [] }));
    expect(finding).toMatchObject({ kind: 'emptyHolder', severity: 'warn', message: expect.stringContaining('would not be seen yet') });
  });

  test('a scan that ends before most crystals have a line only warns', () => {
    const { twoThetaDeg, counts, liveS, ...rest } = scan(1, { linesDeg: [] });
    const n = indexOf(30);
    const early = { ...rest, twoThetaDeg: twoThetaDeg.slice(0, n), counts: counts.slice(0, n), liveS: liveS.slice(0, n) };
    expect(kinds(early)).toEqual(['emptyHolder warn']);
    // Half the wavelength reaches as far as twice the angle.
    expect(kinds({ ...early, radiation: { anode: 'Mo', lines: [{ wavelengthA: 0.7093, weight: 1 }] } })).toEqual(['emptyHolder stop']);
  });

  test('no beam: nothing at all, or what the counter makes in the dark', () => {
    expect(kinds(changed(scan(1), (counts) => counts.fill(0)))).toEqual(['noBeam stop']);
    expect(kinds(scan(1, { level: 0.1, linesDeg: [] }))).toEqual(['noBeam stop']);
    // The same few counts in a much shorter time are a beam.
    expect(kinds(scan(1, { level: 0.1, linesDeg: [], liveS: 0.01 }))).toEqual(['emptyHolder warn']);
    expect(kinds({ ...changed(scan(1), (counts) => counts.fill(7.5)), unit: 'arbitrary' })).toEqual(['noBeam stop']);
  });

  test('a hot point is found on the background and on the side of a line, and named', () => {
    const hot = withCount(scan(2), 37, 3000);
    expect(kinds(hot)).toEqual(['hotPoints warn']);
    expect(examineScan(hot)[0]).toMatchObject({ atDeg: expect.closeTo(37, 5), message: expect.stringContaining('37.000') });
    expect(kinds(withCount(scan(2), 28.9, 9000))).toEqual(['hotPoints warn']);
    // A hot point alone does not make lines.
    expect(kinds(withCount(scan(2, { linesDeg: [] }), 37, 9000))).toContain('emptyHolder stop');
  });

  test('dead points are found alone and in rows, also on a line', () => {
    for (const [deg, length] of [
      [37, 1],
      [37, 3],
      [21.3, 1],
    ] as const) {
      const dead = changed(scan(3), (counts) => counts.fill(0, indexOf(deg), indexOf(deg) + length));
      expect(kinds(dead)).toEqual(['deadPoints warn']);
      expect(examineScan(dead)[0]!.message).toContain(length === 1 ? 'a point counts' : `${length} points count`);
    }
  });

  test('a full counter: a flat top, or more than the detector is said to count', () => {
    const clipped = mapped(scan(4), (count) => Math.min(count, 2047));
    expect(kinds(clipped)).toEqual(['saturation warn']);
    expect(kinds(scan(4), 3000)).toEqual(['saturation warn']);
    expect(kinds(scan(4), 9000)).toEqual([]);
    // Coarse intensities are equal by rounding.
    const rounded = mapped(scan(4), (count) => Math.round(count / 100) * 100);
    expect(kinds({ ...rounded, unit: 'arbitrary' })).toEqual([]);
  });

  test('says nothing of a window', () => {
    const { twoThetaDeg, counts, liveS, ...rest } = scan(1, { linesDeg: [] });
    const window = { twoThetaDeg: twoThetaDeg.slice(0, 40), counts: counts.slice(0, 40), liveS: liveS.slice(0, 40) };
    expect(kinds({ ...rest, ...window })).toEqual([]);
  });
});

describe('examineLikeness', () => {
  test('two scans of one sample are told, whatever the beam and the time', () => {
    for (let seed = 0; seed < 10; seed++) {
      expect(examineLikeness(scan(seed), scan(seed + 100), 'a')).toMatchObject({
        kind: 'sameSample',
        message: expect.stringContaining('sample a'),
      });
      const brighter = { ...scan(seed + 200, { level: 600, height: 12_000 }), liveS: new Float64Array(ANGLES_DEG.length).fill(2) };
      expect(examineLikeness(scan(seed), brighter, 'a')).not.toBeNull();
    }
  });

  test('a line more, or other heights, is another sample', () => {
    const more = scan(5, { linesDeg: [...LINES_DEG, 37.3] });
    expect(compareScans(scan(6), more)).toMatchObject({ hasOwnLines: true });
    expect(examineLikeness(scan(6), more, 'a')).toBeNull();
    expect(examineLikeness(scan(6), scan(7, { linesDeg: LINES_DEG.toReversed() }), 'a')).toBeNull();
  });

  test('is silent where there is nothing to compare', () => {
    expect(examineLikeness(scan(1, { linesDeg: [] }), scan(2, { linesDeg: [] }), 'a')).toBeNull();
    const shifted = { ...scan(2), twoThetaDeg: ANGLES_DEG.map((deg) => deg + 0.02) };
    expect(compareScans(scan(1), shifted)).toBeNull();
    expect(
      compareScans(
        scan(1),
        changed(scan(2), (counts) => counts.fill(0)),
      ),
    ).toBeNull();
  });
});
