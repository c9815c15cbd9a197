import { describe, expect, test } from '@jest/globals';
import { loadReferences } from '../../../models/references/load-references.ts';
import { driftDeg, fluxFactor, NO_DRIFT } from '../../../simulators/beam-drift.ts';
import { parseCommandLine } from '../../../simulators/command-line.ts';
import { observedCps } from '../../../simulators/dead-time.ts';
import { extraSigma, SPINNER_GAIN } from '../../../simulators/grain-statistics.ts';
import { physicsOf } from '../../../simulators/physics-options.ts';
import { PLAIN_PHYSICS, type SamplePhysics } from '../../../simulators/sample-physics.ts';
import type { Specimen } from '../../../simulators/specimen.ts';
import { poissonExposure } from '../../../simulators/virtual-detector.ts';
import { virtualSample } from '../../../simulators/virtual-sample.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { parseRadiation } from '../../../src/formats/radiation-names.ts';

const REFERENCES = loadReferences('solid-state-precursors');
const SCAN = { fromUdeg: 38e6, stepUdeg: 5000, pointCount: 2001, dwellNs: 1e9 };
const ANGLES = Float64Array.from({ length: SCAN.pointCount }, (_, i) => 38 + i * 0.005);

function magnesia(physics: Partial<SamplePhysics>, seed = 3): Specimen {
  return virtualSample({
    references: REFERENCES,
    phases: [{ phaseId: 'MgO_225', height: 1 }],
    radiation: parseRadiation('CuKa12'),
    strainMax: 0,
    unknownPeakShare: 0,
    peakCps: 1000,
    physics: { ...PLAIN_PHYSICS, ...physics },
    sampleId: 'sample',
    random: seededRandom(seed),
  });
}

const ratesAt = (sample: Specimen, atS = 0) => sample.rateCps!(ANGLES, () => atS);
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
/** Centre of the 200 line of MgO above its ground, in degrees. */
const centreDeg = (rates: Float64Array) => {
  const ground = Math.min(...rates);
  return sum(rates.map((cps, i) => (cps - ground) ** 2 * ANGLES[i]!)) / sum(rates.map((cps) => (cps - ground) ** 2));
};

describe('a counter', () => {
  test('of the non-paralysable kind shows n / (1 + n tau), one of the paralysable kind n exp(-n tau)', () => {
    expect(observedCps(1e6, { deadTimeS: 2e-7, model: 'nonparalysable' })).toBeCloseTo(1e6 / 1.2, 3);
    expect(observedCps(1e6, { deadTimeS: 2e-7, model: 'paralysable' })).toBeCloseTo(1e6 * Math.exp(-0.2), 3);
    expect(observedCps(100, { deadTimeS: 0, model: 'nonparalysable' })).toBe(100);
  });

  test('of the paralysable kind shows most at 1 / tau and less beyond, where pulses pile up; the other kind levels off', () => {
    const shown = (model: 'paralysable' | 'nonparalysable') => [0.5e6, 1e6, 2e6].map((cps) => observedCps(cps, { deadTimeS: 1e-6, model }));
    expect(shown('paralysable')[1]).toBeCloseTo(1e6 / Math.E, 3);
    expect(shown('paralysable')[1]).toBeGreaterThan(Math.max(shown('paralysable')[0]!, shown('paralysable')[2]!));
    expect(shown('nonparalysable')).toEqual([...shown('nonparalysable')].sort((a, b) => a - b));
  });

  test('of either kind gives whole numbers with the spread of Poisson about what it shows', () => {
    const deadTime = { deadTimeS: 1e-6, model: 'paralysable' } as const;
    const light = { rateOf: (angles: Float64Array) => angles.map(() => 2e6), version: () => 0 };
    const { counts } = poissonExposure(light, SCAN, seededRandom(1), deadTime, () => 0).count(0, SCAN.pointCount);
    const mean = 2e6 * Math.exp(-2);
    expect(counts.every((count) => Number.isSafeInteger(count))).toBe(true);
    expect(Math.abs(sum(counts) / counts.length - mean)).toBeLessThan(4 * Math.sqrt(mean / counts.length));
    const spread = sum(counts.map((count) => (count - mean) ** 2)) / counts.length / mean;
    expect(Math.abs(spread - 1)).toBeLessThan(0.15);
  });
});

describe('an instrument that changes', () => {
  test('its tube loses its share in a thousand hours, from the age it has', () => {
    const drift = { ...NO_DRIFT, tubeLossPerKh: 0.05 };
    expect(fluxFactor(drift, 1000 * 3600)).toBeCloseTo(0.95, 9);
    expect(fluxFactor({ ...drift, tubeAgeH: 1000 }, 1000 * 3600)).toBeCloseTo(0.95 ** 2, 9);
    expect(fluxFactor(NO_DRIFT, 1e9)).toBe(1);
  });

  test('warming up, flux and angle approach their place with exp(-t / tau)', () => {
    const drift = { ...NO_DRIFT, warmUpFluxLoss: 0.02, warmUpShiftDeg: 0.03, warmUpTimeS: 600 };
    expect(fluxFactor(drift, 0)).toBeCloseTo(0.98, 9);
    expect(fluxFactor(drift, 600)).toBeCloseTo(1 - 0.02 / Math.E, 9);
    expect(driftDeg(drift, 600)).toBeCloseTo(0.03 / Math.E, 9);
    expect(driftDeg(drift, 1e6)).toBeCloseTo(0, 9);
  });

  test('both reach the rates of a sample', () => {
    const calm = ratesAt(magnesia({}));
    const drift = { ...NO_DRIFT, tubeLossPerKh: 0.05, tubeAgeH: 1000 };
    expect(ratesAt(magnesia({ drift }))[1000]! / calm[1000]!).toBeCloseTo(0.95, 6);
    const cold = magnesia({ drift: { ...NO_DRIFT, warmUpShiftDeg: 0.1 } });
    expect(centreDeg(ratesAt(cold)) - centreDeg(calm)).toBeCloseTo(0.1, 2);
    expect(centreDeg(ratesAt(cold, 1e6)) - centreDeg(calm)).toBeCloseTo(0, 4);
  });

  test('each point is counted in the flux of its own time', () => {
    const sample = magnesia({ drift: { ...NO_DRIFT, tubeLossPerKh: 0.5 } });
    const halfWayS = (index: number) => (index < 1000 ? 0 : 1000 * 3600);
    const dark = (counts: readonly number[]) => sum(counts.slice(-400));
    const scan = { ...SCAN, dwellNs: 1e11 };
    const fresh = dark(sample.expose(scan, () => 0).count(0, SCAN.pointCount).counts);
    expect(dark(sample.expose(scan, halfWayS).count(0, SCAN.pointCount).counts) / fresh).toBeCloseTo(0.5, 1);
  });
});

describe('a sample', () => {
  test('above the axis has its lines moved by -2 s cos(theta) / R', () => {
    const radii = [141, 145, 173, 240, 280];
    const movedDeg = centreDeg(ratesAt(magnesia({ displacementMm: 0.3 }))) - centreDeg(ratesAt(magnesia({ displacementMm: 0 })));
    const thetaRad = (42.92 / 2) * (Math.PI / 180);
    const expected = radii.map((radiusMm) => (-2 * 0.3 * Math.cos(thetaRad) * 180) / Math.PI / radiusMm);
    expect(expected.some((deg) => Math.abs(deg - movedDeg) < 0.01)).toBe(true);
    const zeroDeg = centreDeg(ratesAt(magnesia({ zeroShiftDeg: 0.2 }))) - centreDeg(ratesAt(magnesia({ zeroShiftDeg: 0 })));
    expect(zeroDeg).toBeCloseTo(0.2, 2);
  });

  test('with texture has the line along its axis stronger than another by what March and Dollase say', () => {
    const ratio = (textureR: number) => {
      const angles = Float64Array.from({ length: 2201 }, (_, i) => 35 + i * 0.005);
      const rates = magnesia({ textureR, textureAxis: [1, 0, 0], displacementMm: 0 }).rateCps!(angles, () => 0);
      const height = (from: number, to: number) => Math.max(...rates.slice(from, to)) - Math.min(...rates.slice(from, to));
      return height(1400, 1800) / height(200, 600);
    };
    const r = 0.7;
    // Of the planes {200} a third has its normal along the axis and two thirds across it; those of {111} all have cos^2 = 1/3.
    const expected = (r ** -3 / 3 + (2 / 3) * r ** 1.5) / (r ** 2 / 3 + 2 / (3 * r)) ** -1.5;
    expect(ratio(r) / ratio(1) / expected).toBeCloseTo(1, 1);
  });

  test('that stands still spreads its intensities four times as much as the spun one', () => {
    const sigma = 0.05;
    expect(1 + extraSigma(sigma) ** 2).toBeCloseTo((1 + (SPINNER_GAIN * sigma) ** 2) / (1 + sigma ** 2), 9);
    const changes = Array.from({ length: 60 }, (_, seed) => {
      const sample = magnesia({ grainSigma: sigma }, seed);
      const height = () => Math.max(...sample.rateCps!(ANGLES.subarray(900, 1101), () => 0));
      const spun = height();
      sample.holder!.spin(false);
      return height() / spun - 1;
    });
    const spread = Math.sqrt(sum(changes.map((change) => change ** 2)) / changes.length);
    // The background and the neighbour K alpha 2 dilute it a little.
    expect(spread / extraSigma(sigma)).toBeGreaterThan(0.65);
    expect(spread / extraSigma(sigma)).toBeLessThan(1.35);
  });

  test('can be taken away or changed for another while it is counted, and put back', () => {
    const sample = magnesia({});
    const top = ratesAt(sample).indexOf(Math.max(...ratesAt(sample)));
    const long = { ...SCAN, dwellNs: 1e10 };
    const exposure = sample.expose(long, () => 0);
    exposure.count(0, top - 20);
    expect(sample.holder!.mount('nothing')).toBe(true);
    const empty = exposure.count(top - 20, 40).counts[20]!;
    sample.holder!.mount('right');
    expect(exposure.count(top + 20, 1).counts[0]).toBeGreaterThan(0);
    expect(empty).toBeLessThan(0.5 * ratesAt(sample)[top]! * 10);
    const right = ratesAt(sample);
    expect(sample.holder!.mount('wrong')).toBe(true);
    expect(ratesAt(sample)).not.toEqual(right);
  });
});

describe('the options', () => {
  test('of the command line carry their units and reach the sample', () => {
    const line = [
      '--dead-time-ns',
      '1500',
      '--dead-time-model',
      'paralysable',
      '--tube-loss-per-kh',
      '0.03',
      '--warm-up-shift-deg',
      '0.02',
    ];
    const more = ['--spinner', 'off', '--grain-sigma', '0.06', '--displacement-mm=-0.1', '--texture-r', '0.7', '--texture-axis', '1,0,-1'];
    expect(physicsOf(parseCommandLine([...line, ...more], {}))).toEqual({
      deadTime: { deadTimeS: 1.5e-6, model: 'paralysable' },
      drift: { ...NO_DRIFT, tubeLossPerKh: 0.03, warmUpShiftDeg: 0.02 },
      isSpinning: false,
      grainSigma: 0.06,
      displacementMm: -0.1,
      zeroShiftDeg: null,
      textureR: 0.7,
      textureAxis: [1, 0, -1],
    });
    expect(physicsOf(parseCommandLine([], {}))).toEqual(PLAIN_PHYSICS);
  });

  test.each([
    [['--texture-axis', '0,0,0'], /textureAxis: has no direction/],
    [['--tube-loss-per-kh', '2'], /tubeLossPerKh/],
    [['--replay', 'a.xy', '--spinner', 'off'], /replay hands out counts as they are/],
  ])('are refused where they make no sense: %s', (line, why) => {
    expect(() => parseCommandLine(line, {})).toThrow(why);
  });
});
