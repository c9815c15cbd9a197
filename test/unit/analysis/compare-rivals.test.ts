import { describe, expect, test } from '@jest/globals';
import { compareRivals, rivalPairs } from '../../../src/analysis/compare-rivals.ts';
import type { ActivationMap, PhaseCandidate } from '../../../src/domain/identification.ts';
import type { Identifier } from '../../../src/ports/identifier.ts';
import { candidate as anyCandidate, identification } from '../../support/identifications.ts';
import { patternOf } from './simulated-mixture.ts';

const candidate = (phaseId: string, probability: number, rivalId: string | null) => anyCandidate(phaseId, probability, { rivalId });
const identified = (candidates: readonly PhaseCandidate[]) => identification(candidates, { verdict: 'ambiguous', setProbability: 0.5 });

describe('rivalPairs', () => {
  test('the most doubtful pair comes first, the certain ones not at all', () => {
    const pairs = rivalPairs(
      identified([candidate('A', 0.999, 'X'), candidate('B', 0.9, 'Y'), candidate('C', 0.55, 'Z'), candidate('D', 0.5, null)]),
    );
    expect(pairs).toEqual([
      ['C', 'Z'],
      ['B', 'Y'],
    ]);
  });

  test("two phases that are each other's rival are one pair", () => {
    expect(rivalPairs(identified([candidate('A', 0.6, 'B'), candidate('B', 0.4, 'A')]))).toHaveLength(1);
  });

  test('no more than three pairs', () => {
    const many = Array.from({ length: 8 }, (_, i) => candidate(`P${i}`, 0.5, `R${i}`));
    expect(rivalPairs(identified(many))).toHaveLength(3);
  });
});

describe('compareRivals', () => {
  const asked: string[][] = [];
  const twoThetaDeg = Float64Array.from({ length: 100 }, (_, i) => 10 + i);
  const identifier: Identifier = {
    modelId: 'm',
    modelSha256: '',
    phaseIds: ['A', 'B', 'C'],
    threshold: 0.5,
    identify: () => Promise.reject(new Error('not asked for')),
    close: async () => undefined,
    explain: async (_pattern, phaseIds) => {
      asked.push([...phaseIds]);
      const peak = (phaseId: string) => (phaseId === 'A' ? 30 : 60);
      return phaseIds.map((phaseId): ActivationMap => {
        const weight = twoThetaDeg.map((angle) => Math.exp(-((angle - peak(phaseId)) ** 2)));
        return { phaseId, memberId: 'm1', of: 'measured', twoThetaDeg, weight };
      });
    },
  };
  const options = { threshold: 0.25, minWindowDeg: 4, limits: { fromDeg: 10, toDeg: 109 } };
  const pattern = patternOf({ phases: [] });

  test('asks for the maps of claimed and doubtful phases once, and finds where rivals differ', async () => {
    const result = await compareRivals(
      identifier,
      pattern,
      identified([candidate('C', 0.999, null), candidate('A', 0.6, 'B'), candidate('B', 0.3, 'A')]),
      options,
    );
    expect(asked.pop()!.sort()).toEqual(['A', 'B', 'C']);
    expect(result.maps).toHaveLength(3);
    for (const centreDeg of [30, 60])
      expect(result.regions.some(({ range }) => range.fromDeg <= centreDeg && range.toDeg >= centreDeg)).toBe(true);
    for (const { between } of result.regions) expect(between).toEqual(['A', 'B']);
  });

  test('without claim or doubt nothing is asked', async () => {
    const before = asked.length;
    expect(await compareRivals(identifier, pattern, identified([candidate('A', 0.01, null)]), options)).toEqual({ maps: [], regions: [] });
    expect(asked.length).toBe(before);
  });
});
