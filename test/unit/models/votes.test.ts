import { expect, test } from '@jest/globals';
import { activationMaps, cellAnglesDeg } from '../../../models/activation-map.ts';
import { readManifest } from '../../../models/manifest.ts';
import { examine, objection } from '../../../models/self-test.ts';
import { countVotes } from '../../../models/votes.ts';

const TINY = `${import.meta.dirname}/fixtures/tiny-bundle`;
const copper = (wavelengthA: number) => ({ anode: null, lines: [{ wavelengthA, weight: 1 }] });

test('probabilities are means of tempered votes, spread their standard deviation', () => {
  const vote = countVotes(Float32Array.from([0, 4, 2, 4]), ['a', 'b'], 2, 2);
  const [low, high] = [0.5, 1 / (1 + Math.exp(-1))];
  expect(vote.probability[0]).toBeCloseTo((low + high) / 2, 9);
  expect(vote.spread[0]).toBeCloseTo((high - low) / 2, 9);
  expect(vote.probability[1]).toBeCloseTo(1 / (1 + Math.exp(-2)), 9);
  expect(vote.spread[1]).toBeCloseTo(0, 12);
  expect([...vote.logits]).toEqual([0.5, 2]);
  expect(vote.memberLogits.map((logits) => [...logits])).toEqual([
    [0, 2],
    [1, 2],
  ]);
});

test('maps stand at the centres of their cells, at the angles of the pattern', () => {
  const manifest = readManifest(TINY);
  const maps = new Float32Array(3 * 3 * 4).map((_, i) => i);
  const [first] = activationMaps(maps, manifest, ['CaO_225'], copper(1.540598), 'measured');
  expect(first).toMatchObject({ phaseId: 'CaO_225', memberId: 'member-0', of: 'measured' });
  expect([...first!.weight]).toEqual([4, 5, 6, 7]);
  expect(first!.twoThetaDeg[0]).toBeCloseTo(10 + 7.5 * 0.04, 9);
  expect(activationMaps(maps, manifest, ['CaO_225', 'nothing'], copper(1.540598), 'measured')).toHaveLength(3);
  expect(cellAnglesDeg(manifest, copper(0.70932))[0]).toBeCloseTo(4.738, 2);
});

test('cells beyond the reach of a long wavelength are left out', () => {
  const manifest = { ...readManifest(TINY), grid: { fromDeg: 10, stepDeg: 2, points: 64, wavelengthA: 1.540598 } };
  const maps = activationMaps(new Float32Array(36), manifest, ['CaO_225'], copper(2.28976), 'measured');
  expect(maps[0]!.twoThetaDeg.length).toBeLessThan(4);
  expect(maps[0]!.weight).toHaveLength(maps[0]!.twoThetaDeg.length);
});

const MANIFEST = {
  ...readManifest(TINY),
  cells: 1,
  temperature: 1,
  selfTest: { ...readManifest(TINY).selfTest, patterns: 2, ambiguous: [1] },
};
const good = Float32Array.from({ length: 18 }, (_, i) => Math.sin(i));

test('the self-test passes what fits and objects to each fault by name', () => {
  const stored = { inputs: new Float32Array(0), logits: good };
  const maps = good.map((logit) => logit - 0.5);
  const report = examine(MANIFEST, stored, good, maps);
  expect(objection(report)).toBeNull();
  expect(report.memberSpread).toBeGreaterThan(0.01);
  const drifted = good.map((logit, i) => logit + (i === 7 ? 0.01 : 0));
  expect(objection(examine(MANIFEST, stored, drifted, drifted))).toMatch(/differ from the stored/);
  const unanimous = good.map((_, i) => i % 3);
  expect(objection(examine(MANIFEST, { inputs: stored.inputs, logits: unanimous }, unanimous, unanimous))).toMatch(/agree/);
  const foreign = maps.map((value, i) => value + (i === 3 ? 0.1 : 0));
  expect(objection(examine(MANIFEST, stored, good, foreign))).toMatch(/maps/);
  expect(
    objection(
      examine(
        MANIFEST,
        stored,
        good.map(() => Number.NaN),
        maps,
      ),
    ),
  ).toMatch(/not all numbers/);
});
