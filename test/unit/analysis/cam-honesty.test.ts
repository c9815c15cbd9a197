import { describe, expect, test } from '@jest/globals';
import { camObjection, checkMaps, hotRegion, withCamChecks } from '../../../src/analysis/cam-honesty.ts';
import type { FittedCurves } from '../../../src/domain/fitted-curves.ts';
import type { ActivationMap } from '../../../src/domain/identification.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';
import { candidate, identification } from '../../support/identifications.ts';

const cellsDeg = Float64Array.from({ length: 60 }, (_, i) => 10.5 + i);
const pattern: Pattern = {
  patternId: 'p',
  scanIds: [],
  unit: 'counts',
  radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] },
  twoThetaDeg: Float64Array.from({ length: 601 }, (_, i) => 10 + i / 10),
  counts: new Float64Array(601).fill(5),
  liveS: new Float64Array(601).fill(1),
};

/** Evidence of 3, 2 and 1 in the cells at 30.5, 31.5 and 50.5 degrees, as far as they are measured; the members share it unevenly. */
const explain = async (seen: Pattern, phaseIds: readonly string[]): Promise<ActivationMap[]> => {
  const measured = (deg: number) => seen.twoThetaDeg.some((angle) => Math.abs(angle - deg) < 0.2);
  const weightAt = (deg: number) => (!measured(deg) ? 0 : deg === 30.5 ? 3 : deg === 31.5 ? 2 : deg === 50.5 ? 1 : -0.01);
  const map = (phaseId: string, memberId: string, share: number) => ({
    phaseId,
    memberId,
    of: 'measured' as const,
    twoThetaDeg: cellsDeg,
    weight: cellsDeg.map((deg) => share * weightAt(deg)),
  });
  return phaseIds.flatMap((phaseId) => [map(phaseId, 'a', 1.5), map(phaseId, 'b', 0.5)]);
};

function answer(ticksDeg: readonly number[], tickHeights: readonly number[]) {
  const phase = {
    phaseId: 'MgO_225',
    cps: new Float64Array(),
    ticksDeg: Float64Array.from(ticksDeg),
    tickHeights: Float64Array.from(tickHeights),
  };
  const curves = { phases: [phase] } as unknown as FittedCurves;
  return identification([candidate('MgO_225', 0.9, { networkProbability: 0.9 }), candidate('NiO_225', 0.1)], { curves });
}

async function check(ticksDeg: readonly number[], tickHeights: readonly number[], asked = explain) {
  const given = answer(ticksDeg, tickHeights);
  const checks = await checkMaps({ explain: asked }, pattern, given, await explain(pattern, ['MgO_225']));
  return withCamChecks(given, checks).candidates[0]!;
}

describe('the honesty of the maps', () => {
  test('the hot region is the hottest cell with its neighbours above half of it', async () => {
    expect(hotRegion(await explain(pattern, ['MgO_225']), 'MgO_225')).toEqual({ fromDeg: 30, toDeg: 32 });
    expect(hotRegion([], 'MgO_225')).toBeNull();
  });

  test('evidence on a line, whose hiding costs votes, is in order', async () => {
    const { camCheck, ...rest } = await check([31, 45], [1, 0.5]);
    expect(camCheck).toMatchObject({ hotRegion: { fromDeg: 30, toDeg: 32 }, hotRegionHoldsReflection: true, voteDropsWhenMasked: true });
    expect(camCheck!.logitDrop).toBeCloseTo(5, 6);
    expect(camObjection({ ...rest, camCheck: camCheck! }, 0.5)).toBeNull();
  });

  test('evidence where the phase has no line worth the name is noted', async () => {
    for (const [ticks, heights] of [
      [
        [29, 45],
        [1, 1],
      ],
      [
        [31, 45],
        [0.01, 1],
      ],
    ] as const) {
      const phase = await check(ticks, heights);
      expect(phase.camCheck).toMatchObject({ hotRegionHoldsReflection: false });
      expect(camObjection(phase, 0.5)).toBeNull();
    }
  });

  test('a vote that stands without its evidence is noted', async () => {
    const phase = await check([31], [1], (_, phaseIds) => explain(pattern, phaseIds));
    expect(phase.camCheck).toMatchObject({ voteDropsWhenMasked: false, logitDrop: 0 });
    expect(camObjection(phase, 0.5)).toBeNull();
  });

  test('both together are objected to, where the network votes for the phase', async () => {
    const phase = await check([29, 45], [1, 1], (_, phaseIds) => explain(pattern, phaseIds));
    expect(phase.camCheck).toMatchObject({ hotRegionHoldsReflection: false, voteDropsWhenMasked: false });
    expect(camObjection(phase, 0.5)).toBe(
      "the network's evidence for MgO_225 is strongest at 30.00 to 32.00 degrees, where the phase has no line, and its vote does not fall when they are hidden",
    );
    expect(camObjection({ ...phase, networkProbability: 0.2 }, 0.5)).toBeNull();
  });

  test('phases without maps or lines are left alone', async () => {
    expect((await checkMaps({ explain }, pattern, answer([31], [1]), [])).size).toBe(0);
    const unfitted = identification([candidate('MgO_225', 0.9)]);
    expect((await checkMaps({ explain }, pattern, unfitted, await explain(pattern, ['MgO_225']))).size).toBe(0);
  });
});
