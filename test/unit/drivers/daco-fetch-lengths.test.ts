import { expect, test } from '@jest/globals';
import { FetchLengths } from '../../../drivers/daco-mp/fetch-lengths.ts';

test('as much as is stored, as long as no answer was lost', () => {
  const lengths = new FetchLengths(16, 1000);
  expect([0, 1, 7, 40].map((stored) => lengths.choose(stored, 100, false))).toEqual([0, 1, 7, 16]);
});

test('a length whose answer was lost is not asked for again, and no rest of that length is left', () => {
  const lengths = new FetchLengths(16, 1000);
  lengths.lost(1, 0);
  expect([lengths.choose(1, 9, false), lengths.choose(2, 9, false), lengths.choose(2, 3, false), lengths.choose(3, 3, true)]).toEqual([
    0, 2, 0, 3,
  ]);
  lengths.lost(3, 0);
  expect(lengths.choose(3, 9, false)).toBe(2);
});

test('at the end what can be asked for is, and the rest stays', () => {
  const lengths = new FetchLengths(16, 1000);
  for (const length of [1, 3]) lengths.lost(length, 0);
  expect([lengths.choose(3, 3, true), lengths.choose(1, 1, true)]).toEqual([2, 0]);
});

test('when every length was lost once nothing is left to ask', () => {
  const lengths = new FetchLengths(2, 1000);
  expect(lengths.least).toBe(1);
  for (const length of [1, 2]) lengths.lost(length, 0);
  expect([lengths.least, lengths.choose(9, 9, true)]).toEqual([null, 0]);
});

test('the next scan asks for it again only when nothing can be on its way any more', () => {
  const lengths = new FetchLengths(16, 1000);
  lengths.lost(1, 5000);
  const leastAt = (nowMs: number) => {
    lengths.begin(nowMs);
    return lengths.least;
  };
  expect([5500, 6000, 6001].map(leastAt)).toEqual([2, 2, 1]);
});
