import { expect, test } from '@jest/globals';
import { OldAnswers } from '../../../drivers/daco-mp/old-answers.ts';

const THREE = [2710, 2695, 2744];

test('the last answer once more, or the last one to the same request, is old', () => {
  const answers = new OldAnswers();
  expect(answers.isOld(3, 'MVa', THREE)).toBe(false);
  answers.note(3, 'MVa');
  answers.note(6, 'MVb');
  expect([answers.isOld(3, 'MVa', THREE), answers.isOld(3, 'MVb', THREE), answers.isOld(6, 'MVb', THREE)]).toEqual([true, true, true]);
  expect([answers.isOld(6, 'MVa', THREE), answers.isOld(3, 'MVc', THREE)]).toEqual([false, false]);
});

test('few or small counts come again by chance, and are believed', () => {
  const answers = new OldAnswers();
  answers.note(4, 'MV');
  expect([[0, 0, 0, 0], [2700], [3, 1, 2, 0]].map((counts) => answers.isOld(4, 'MV', counts))).toEqual([false, false, false]);
});
