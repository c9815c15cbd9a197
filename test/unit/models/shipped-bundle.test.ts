import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gridAnglesDeg, INPUT_GRID } from '../../../models/input-grid.ts';
import { type Ensemble, openEnsemble } from '../../../models/onnx-ensemble.ts';
import { loadReferences } from '../../../models/references/load-references.ts';
import { bundleDir } from '../../../models/registry.ts';
import { libraryOf } from '../../../models/training/draw-patterns.ts';
import { addPhaseRates, type Optics } from '../../../src/diffraction/simulate-pattern.ts';

const SPACE = 'solid-state-precursors';
const OPTICS: Optics = {
  radiation: {
    anode: 'Cu',
    lines: [
      { wavelengthA: 1.540598, weight: 1 },
      { wavelengthA: 1.544426, weight: 0.5 },
    ],
  },
  caglioti: { uDeg2: 0.004, vDeg2: -0.003, wDeg2: 0.006 },
  lorentzDeg: { xDeg: 0.01, yDeg: 0.01 },
  radiusMm: 240,
  monochromatorTwoThetaDeg: null,
  axial: 0,
};

let ensemble: Ensemble;
beforeAll(async () => {
  ensemble = await openEnsemble(bundleDir(SPACE));
});
afterAll(() => ensemble.close());

test('the shipped bundle knows the phases of its space, in at least five members', () => {
  const known = ensemble.manifest.phases.map(({ phaseId }) => phaseId);
  expect([...known].sort()).toEqual(
    loadReferences(SPACE)
      .map(({ phaseId }) => phaseId)
      .sort(),
  );
  expect(ensemble.manifest.members.length).toBeGreaterThanOrEqual(5);
  expect(new Set(ensemble.manifest.members.map(({ seed }) => seed)).size).toBe(ensemble.manifest.members.length);
});

test('names nearly every pure, unstrained phase first, and finds nothing sure in a bare background', async () => {
  const angles = gridAnglesDeg(INPUT_GRID).subarray(0, 2250);
  const missed: string[] = [];
  const patternOf = (counts: Float64Array) => ({
    patternId: 'p',
    scanIds: [],
    unit: 'counts' as const,
    radiation: OPTICS.radiation,
    twoThetaDeg: angles,
    counts,
    liveS: new Float64Array(angles.length).fill(1),
  });
  const ripple = (i: number): number => Math.round(7 * Math.sin(i * i));
  for (const { phaseId, structure, reflections } of libraryOf(loadReferences(SPACE))) {
    const counts = new Float64Array(angles.length).fill(50);
    const { cell, crystalSystem } = structure;
    const strain = [0, 0, 0, 0, 0, 0];
    const state = { reflections, cell, crystalSystem, scale: 4000, strain, sizeNm: 60, microstrain: 0, texture: null };
    const phase = { ...state, intensityFactors: null, extraBIsoA2: 0 };
    addPhaseRates(counts, angles, phase, OPTICS, { zeroDeg: 0, displacementMm: 0 });
    const { probability, phaseIds } = await ensemble.votes(patternOf(counts.map((count, i) => Math.round(count) + ripple(i))));
    const best = probability.indexOf(Math.max(...probability));
    if (phaseIds[best] !== phaseId) missed.push(`${phaseId} taken for ${phaseIds[best]}`);
  }
  expect(missed.length).toBeLessThanOrEqual(3);
  const empty = await ensemble.votes(patternOf(angles.map((_, i) => 50 + ripple(i))));
  expect(Math.max(...empty.probability)).toBeLessThan(ensemble.manifest.threshold);
});
