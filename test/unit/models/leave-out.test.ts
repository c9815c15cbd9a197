import { expect, test } from '@jest/globals';
import { leaveOut } from '../../../models/leave-out.ts';
import { libraryFor } from '../../../models/library.ts';
import { loadReferences } from '../../../models/references/load-references.ts';
import type { Voter } from '../../../models/voter.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';

const COPPER = { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] };
const pattern = {} as Pattern;
let closed = 0;
const asked: (readonly string[])[] = [];
const voter: Voter = {
  votes: async () => ({
    phaseIds: ['MgO_225', 'LiOH_129', 'CaO_225'],
    probability: Float64Array.of(0.1, 0.2, 0.3),
    spread: Float64Array.of(0.01, 0.02, 0.03),
    reconstruction: { error: 0.2, quantile: 0.7 },
  }),
  maps: async (_, phaseIds) => {
    asked.push(phaseIds);
    return [];
  },
  close: async () => void closed++,
};
const references = loadReferences('solid-state-precursors');

test('neither structure nor vote of a phase that is left out remains, however its id is spelt', async () => {
  const parts = { modelSha256: 'a', references, voter };
  const less = leaveOut(parts, ['LiHO_129']);
  expect(less.references.length).toBe(references.length - 1);
  expect(less.references.some(({ phaseId }) => phaseId === 'LiOH_129')).toBe(false);
  expect(await less.voter!.votes(pattern)).toEqual({
    phaseIds: ['MgO_225', 'CaO_225'],
    probability: Float64Array.of(0.1, 0.3),
    spread: Float64Array.of(0.01, 0.03),
    reconstruction: { error: 0.2, quantile: 0.7 },
  });
  await less.voter!.maps(pattern, ['LiOH_129', 'CaO_225']);
  expect(asked).toEqual([['CaO_225']]);
  await less.voter!.close();
  expect(closed).toBe(0);
  expect(less.modelSha256).not.toBe(leaveOut(parts, ['MgO_225']).modelSha256);
});

test('the look-alikes of a phase that is left out no longer name it', () => {
  const [first, second, ...rest] = references;
  const twins = [{ ...first!, groupPhaseIds: [second!.phaseId] }, { ...second!, groupPhaseIds: [first!.phaseId] }, ...rest];
  const less = leaveOut({ modelSha256: 'a', references: twins, voter: null }, [second!.phaseId]);
  expect(less.references[0]!.groupPhaseIds).toEqual([]);
  expect(less.references[1]).toBe(rest[0]);
});

test('the lines of the phases that stay are not computed anew', () => {
  const few = references.slice(0, 4);
  const [whole, less] = [libraryFor(few, COPPER), libraryFor(few.slice(1), COPPER)];
  expect(less.length).toBe(whole.length - 1);
  expect(less[0]).toBe(whole[1]);
});
