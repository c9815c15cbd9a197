import { expect, test } from '@jest/globals';
import { noveltyOf } from '../../../src/analysis/score/novelty.ts';
import { candidate, identification } from '../../support/identifications.ts';
import { judged, truth } from './sample-identification.ts';

const pattern = truth(['ZrO2_14', 'MgO_225'], { id: 'scan' });
const answer = (phaseIds: readonly string[], verdict: 'confident' | 'ambiguous' | 'novel') => ({
  truth: pattern,
  leftOutId: 'ZrO2_14',
  identification: identification(
    phaseIds.map((phaseId) => candidate(phaseId, 0.9)),
    { verdict, novelty: { score: 2, isNovel: verdict === 'novel' } },
  ),
});

test('counts a phase accepted in the place of the one left out apart from one overlooked', () => {
  const score = noveltyOf(
    [
      answer(['OMg_225', 'HfO2_14'], 'confident'),
      answer(['MgO_225'], 'confident'),
      answer(['MgO_225', 'HfO2_14'], 'ambiguous'),
      answer(['HfO2_14'], 'novel'),
    ],
    [judged('a', ['MgO_225'], ['MgO_225']), judged('b', ['MgO_225'], ['CaO_225'])],
  );
  expect(score).toMatchObject({ n: 4, falseLibraryAccept: 0.25, overlooked: 0.25, calledNovel: 0.25 });
  expect(score.falseLibraryAcceptUpper95).toBeGreaterThan(0.6);
  expect(score).toMatchObject({ coverage: 1, coverageRight: 0.5, falseNovel: 0 });
  expect(score.cases.map(({ standIns }) => standIns)).toEqual([['HfO2_14'], [], ['HfO2_14'], ['HfO2_14']]);
  expect(score.cases[0]).toMatchObject({ leftOutId: 'ZrO2_14', lookAlike: { phaseId: 'HfO2_14', probability: 0.9 }, accepted: true });
  expect(score.cases[1]!.lookAlike).toBeNull();
});

test('names the most probable phase in its place where none is claimed', () => {
  const doubtful = { ...answer([], 'ambiguous'), identification: identification([candidate('HfO2_14', 0.4), candidate('CaO_225', 0.1)]) };
  expect(noveltyOf([doubtful], []).cases[0]).toMatchObject({ standIns: [], lookAlike: { phaseId: 'HfO2_14' } });
});

test('there is no share of nothing', () => {
  expect(noveltyOf([], [])).toMatchObject({ n: 0, falseLibraryAccept: null, falseLibraryAcceptUpper95: null, coverage: null });
});
