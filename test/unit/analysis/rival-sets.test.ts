import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Membership, rivalSets } from '../../../src/analysis/rival-sets.ts';

const member = (phaseId: string, probability: number, changes: Partial<Membership> = {}): Membership => ({
  phaseId,
  probability,
  claimed: probability >= 0.5,
  rivalId: null,
  margin: null,
  ...changes,
});
const nowhere = () => [];

describe('rivalSets', () => {
  test('the claimed set comes first, whatever it holds', () => {
    const sets = rivalSets([member('A', 0.9), member('B', 0.8), member('C', 0.1)], nowhere);
    expect(sets[0]!.phaseIds).toEqual(['A', 'B']);
    expect(rivalSets([member('A', 0.2)], nowhere)[0]!.phaseIds).toEqual([]);
  });

  test('one phase more or less is weighed by its own odds', () => {
    const sets = rivalSets([member('A', 0.75), member('B', 0.2)], nowhere);
    const probabilityOf = (phaseIds: readonly string[]) => sets.find((set) => set.phaseIds.join() === phaseIds.join())!.probability;
    expect(probabilityOf([]) / probabilityOf(['A'])).toBeCloseTo(1 / 3, 9);
    expect(probabilityOf(['A', 'B']) / probabilityOf(['A'])).toBeCloseTo(0.25, 9);
  });

  test('an exchange is weighed by the margin, and says where the two differ', () => {
    const withMargin = (margin: number) =>
      rivalSets([member('A', 0.99, { rivalId: 'R', margin }), member('R', 0.01)], (a, b) => (a === 'A' && b === 'R' ? [33.3] : []));
    const exchanged = (margin: number) => withMargin(margin).find((set) => set.phaseIds.join() === 'R')!;
    expect(exchanged(0).probability).toBeCloseTo(withMargin(0)[0]!.probability, 9);
    expect(exchanged(3).probability).toBeGreaterThan(exchanged(12).probability);
    expect(exchanged(3).differsAtDeg).toEqual([33.3]);
  });

  test('probabilities are those of exclusive sets, most probable first', () => {
    const members = fc.array(
      fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), margin: fc.double({ min: -5, max: 500, noNaN: true }) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(members, (drawn) => {
        const all = drawn.map(({ probability, margin }, i) =>
          member(`P${i}`, probability, { rivalId: `P${(i + 1) % drawn.length}`, margin }),
        );
        const sets = rivalSets(all, nowhere);
        const total = sets.reduce((sum, { probability }) => sum + probability, 0);
        expect(total).toBeGreaterThan(0);
        expect(total).toBeLessThanOrEqual(1 + 1e-9);
        for (let i = 2; i < sets.length; i++) expect(sets[i]!.probability).toBeLessThanOrEqual(sets[i - 1]!.probability);
        expect(new Set(sets.map(({ phaseIds }) => [...phaseIds].sort().join())).size).toBe(sets.length);
        for (const { phaseIds } of sets) expect(new Set(phaseIds).size).toBe(phaseIds.length);
      }),
    );
  });
});
