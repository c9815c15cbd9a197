import { expect, test } from '@jest/globals';
import { voteFor } from '../../../models/voter.ts';

const votes = {
  phaseIds: ['NiO_225', 'MgO_225', 'ZnO_186'],
  probability: Float64Array.of(0.2, 0.7, 0.1),
  spread: Float64Array.of(0.01, 0.02, 0.03),
  reconstruction: null,
};

test('a group has the vote of its most probable phase', () => {
  expect(voteFor(votes, ['NiO_225', 'MgO_225'])).toEqual({ probability: 0.7, spread: 0.02 });
  expect(voteFor(votes, ['ZnO_186', 'CaO_225'])).toEqual({ probability: 0.1, spread: 0.03 });
});

test('there is no vote without a network, or for phases that it does not know', () => {
  expect(voteFor(null, ['NiO_225'])).toBeNull();
  expect(voteFor(votes, ['CaO_225'])).toBeNull();
});
