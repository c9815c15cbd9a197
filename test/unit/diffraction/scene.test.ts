import { describe, expect, test } from '@jest/globals';
import { computeReflections } from '../../../src/diffraction/reflections.ts';
import {
  drawScene,
  type LibraryPhase,
  SCORING_PRIOR,
  sceneRates,
  sceneWeightFractions,
  TRAINING_PRIOR,
} from '../../../src/diffraction/scene.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { type Structure, structuresFromCifText } from '../../../src/diffraction/structure.ts';
import { caesiumChloride, HEMATITE_CIF, structureOf } from './sample-structures.ts';

const ZIRCONIA_LIKE = structureOf({
  name: 'invented monoclinic',
  cell: [5.1, 5.2, 5.3, 90, 99, 90],
  operators: ['x,y,z', '-x,y+1/2,-z+1/2', '-x,-y,-z', 'x,-y+1/2,z+1/2'],
  sites: ['Zr Zr .276 .04 .208 1 .4', 'O O .07 .33 .345 1 .5'],
});

function libraryOf(structures: readonly Structure[]): LibraryPhase[] {
  return structures.map((structure) => ({
    phaseId: structure.name,
    structure,
    reflections: computeReflections(structure, { wavelengthA: 1.540598, twoThetaMaxDeg: 140, anode: 'Cu' }),
  }));
}

const LIBRARY = libraryOf([caesiumChloride(), structuresFromCifText(HEMATITE_CIF, 'hematite.cif'), ZIRCONIA_LIKE]);
const X = Float64Array.from({ length: 1000 }, (_, i) => 10 + 0.12 * i);

describe('drawScene', () => {
  test('repeats from its seed and differs with it', () => {
    const rates = (seed: number) => sceneRates(drawScene(seededRandom(seed), LIBRARY, TRAINING_PRIOR), X);
    expect(rates(1)).toEqual(rates(1));
    expect(rates(1)).not.toEqual(rates(2));
  });

  test('keeps within the training prior', () => {
    const random = seededRandom(4);
    const scenes = Array.from({ length: 120 }, () => drawScene(random, LIBRARY, TRAINING_PRIOR));
    let textured = 0;
    let strong = 0;
    let phases = 0;
    for (const scene of scenes) {
      expect(new Set(scene.phases.map(({ phaseId }) => phaseId)).size).toBe(scene.phases.length);
      expect(scene.phases[0]!.state.scale).toBe(scene.peakCps);
      for (const { state } of scene.phases) {
        phases++;
        if (state.texture) textured++;
        const largest = Math.max(...state.strain.map(Math.abs));
        expect(largest).toBeLessThanOrEqual(0.03);
        if (largest > 0.01) strong++;
        if (state.crystalSystem === 'cubic') expect(new Set(state.strain.slice(0, 3)).size).toBe(1);
        if (state.crystalSystem === 'monoclinic') expect([state.strain[3], state.strain[5]]).toEqual([0, 0]);
        expect(state.scale / scene.peakCps).toBeGreaterThanOrEqual(0.03);
        expect(state.sizeNm).toBeGreaterThanOrEqual(4);
        expect(state.sizeNm).toBeLessThanOrEqual(120);
      }
      expect(scene.optics.axial).toBe(0);
      expect(scene.optics.radiation.lines).toHaveLength(2);
      expect(Math.min(...sceneRates(scene, X))).toBeGreaterThanOrEqual(0);
      expect(sceneWeightFractions(scene).reduce((sum, fraction) => sum + fraction, 0)).toBeCloseTo(1, 9);
    }
    expect(Math.abs(textured / phases - 0.6)).toBeLessThan(0.08);
    expect(strong / phases).toBeGreaterThan(0.1);
    expect(strong / phases).toBeLessThan(0.3);
  });

  test('scoring scenes have the effects that training lacks', () => {
    const scene = drawScene(seededRandom(9), LIBRARY, SCORING_PRIOR(0.01));
    expect(scene.optics.axial).toBeGreaterThan(0);
    expect(scene.optics.radiation.lines).toHaveLength(4);
    expect(scene.background.family).toBe('polynomial');
    for (const { state } of scene.phases) for (const strain of state.strain) expect(Math.abs(strain)).toBeLessThanOrEqual(0.01);
  });
});
