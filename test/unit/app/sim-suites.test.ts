import { describe, expect, test } from '@jest/globals';
import { loadReferences } from '../../../models/references/load-references.ts';
import { drawSuite, FIRST_SCENES, hashScenes, readSuite, suiteIds } from '../../../src/app/sim-suites.ts';

describe.each(['leave-one-out', 'strain1', 'strain3'])('suite %s', (suiteId) => {
  const suite = readSuite(suiteId);
  const scenes = drawSuite(suite, FIRST_SCENES);

  test('its first scenes come out as they were frozen', () => {
    expect(hashScenes(scenes)).toBe(suite.firstScenesSha256);
    expect(suite.n).toBe(300);
  });

  test('holds members of the space, in counts that the definition allows', () => {
    const members = loadReferences(suite.spaceId).flatMap(({ role, phaseId }) => (role === 'member' ? [phaseId] : []));
    for (const { pattern, phases, tags } of scenes) {
      expect(phases.length).toBeGreaterThanOrEqual(1);
      expect(phases.length).toBeLessThanOrEqual(3);
      expect(tags).toContain(`phases-${phases.length}`);
      for (const { phaseId } of phases) expect(members).toContain(phaseId);
      expect(phases.reduce((sum, { weightFraction }) => sum + weightFraction, 0)).toBeCloseTo(1, 10);
      expect(pattern.twoThetaDeg.length).toBe(2251);
      expect(pattern.counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      const peak = Math.max(...pattern.counts);
      expect(peak).toBeGreaterThan(0.5 * suite.peakCounts[0]);
      expect(peak).toBeLessThan(3 * suite.peakCounts[1]);
    }
  });

  test('says which phase of each scene is left out, where one is', () => {
    for (const { phases, leftOutId } of scenes)
      if (suite.leavesOneOut) expect(phases.map(({ phaseId }) => phaseId)).toContain(leftOutId);
      else expect(leftOutId).toBeNull();
  });

  test('a changed count changes the hash', () => {
    const [first, ...rest] = scenes;
    const counts = first!.pattern.counts.map((count, i) => (i === 7 ? count + 1 : count));
    expect(hashScenes([{ ...first!, pattern: { ...first!.pattern, counts } }, ...rest])).not.toBe(suite.firstScenesSha256);
  });
});

test('an unknown suite is refused with the known ones', () => {
  expect(suiteIds()).toEqual(['leave-one-out', 'strain1', 'strain3']);
  expect(() => readSuite('strain9')).toThrow('there is no simulated suite strain9');
});
