import { expect, test } from '@jest/globals';
import { loadReferences } from '../../../models/references/load-references.ts';
import { PLAIN_PHYSICS } from '../../../simulators/sample-physics.ts';
import { type VirtualSampleSetup, virtualSample } from '../../../simulators/virtual-sample.ts';
import type { Scene } from '../../../src/diffraction/scene.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { parseRadiation } from '../../../src/formats/radiation-names.ts';
import { CALIBRATION } from '../analysis/calibration/sample-calibration.ts';

const REFERENCES = loadReferences('solid-state-precursors');
const SCAN = { fromUdeg: 20e6, stepUdeg: 20_000, pointCount: 2001, dwellNs: 2e9 };

function setup(seed: number, overrides: Partial<VirtualSampleSetup> = {}): VirtualSampleSetup {
  return {
    references: REFERENCES,
    phases: null,
    radiation: parseRadiation('CuKa12'),
    strainMax: 0.005,
    unknownPeakShare: 0,
    peakCps: null,
    physics: { ...PLAIN_PHYSICS, deadTime: { deadTimeS: 0, model: 'nonparalysable' } },
    sampleId: `sample-${seed}`,
    random: seededRandom(seed),
    ...overrides,
  };
}

interface Truth {
  readonly phaseIds: string[];
  readonly scene: { readonly phases: { readonly phaseId: string; readonly relativeHeight: number; readonly weightFraction: number }[] };
}

test('a drawn sample has three different phases, one of them minor, and is told by its seed', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const truth = virtualSample(setup(seed)).truth() as unknown as Truth;
    expect(new Set(truth.phaseIds).size).toBe(3);
    const heights = truth.scene.phases.map((phase) => phase.relativeHeight);
    expect(heights[0]).toBe(1);
    expect(heights[2]).toBeGreaterThanOrEqual(0.04);
    expect(heights[2]).toBeLessThanOrEqual(0.12);
    expect(truth.scene.phases.reduce((sum, phase) => sum + phase.weightFraction, 0)).toBeCloseTo(1, 9);
    expect(virtualSample(setup(seed)).truth()).toEqual(truth);
  }
  expect(virtualSample(setup(1)).truth()).not.toEqual(virtualSample(setup(2)).truth());
});

test('the same seed gives the same counts, a second visit gives others', () => {
  const counts = [1, 2].map(() => {
    const sample = virtualSample(setup(4));
    return [sample.expose(SCAN, () => 0).count(0, 2001).counts, sample.expose(SCAN, () => 0).count(0, 2001).counts];
  });
  expect(counts[0]).toEqual(counts[1]);
  expect(counts[0]![0]).not.toEqual(counts[0]![1]);
  expect(counts[0]![0]!.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
});

test('named phases stand where they belong, as high as asked', () => {
  const sample = virtualSample(setup(3, { phases: [{ phaseId: 'MgO_225', height: 2 }], peakCps: 1000, strainMax: 0 }));
  const { counts } = sample.expose(SCAN, () => 0).count(0, 2001);
  const top = counts.indexOf(Math.max(...counts));
  // The strongest line of MgO, 200 at a / 2 = 2.106 A, lies at 42.9 degrees of Cu K alpha 1; zero shift and displacement move it a little.
  expect(Math.abs(20 + top * 0.02 - 42.92)).toBeLessThan(0.4);
  expect(counts[top]).toBeGreaterThan(1000);
  expect((sample.truth() as unknown as Truth).phaseIds).toEqual(['MgO_225']);
});

test('a phase that the space does not hold is refused by name', () => {
  expect(() => virtualSample(setup(1, { phases: [{ phaseId: 'Unobtainium_1', height: 1 }] }))).toThrow(/holds no phase Unobtainium_1/);
});

test('in a calibrated instrument the sample is seen with its optics, zero and background', () => {
  const { radiation } = CALIBRATION;
  const { scene } = virtualSample(setup(5, { radiation, calibration: CALIBRATION })).truth() as unknown as { scene: Scene };
  expect(scene.optics).toMatchObject({ radiation, axial: 0.03, radiusMm: 240, caglioti: { wDeg2: 0.0045 } });
  expect(scene.shift.zeroDeg).toBe(0.01);
  expect(scene.background).toMatchObject({ family: 'polynomial', fromDeg: 20, toDeg: 120 });
});
