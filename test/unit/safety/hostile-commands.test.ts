import { expect, test } from '@jest/globals';
import { guardCase, legalCase, SITUATIONS } from '../../../src/app/bench/fuzz-guard.ts';
import { SPOILERS } from '../../../src/app/bench/hostile-commands.ts';

/** A million of them: `ewald bench fuzz --guard --cases 1000000`. */
const CASES = 20_000;

test(`of ${CASES} hostile commands none reaches the instrument, and each is answered`, async () => {
  const seen = new Map<string, number>();
  for (let index = 0; index < CASES; index++) {
    const { command, how, reachedTheDriver, answer } = await guardCase(20261122, index);
    for (const way of how) seen.set(way, (seen.get(way) ?? 0) + 1);
    if (reachedTheDriver || !['refused', 'unsafe'].includes(answer)) {
      throw new Error(`case ${index} (${how.join(' + ')}) was answered '${answer}': ${String(JSON.stringify(command))}`);
    }
  }
  for (const way of [...Object.keys(SPOILERS), ...Object.keys(SITUATIONS)]) expect([way, (seen.get(way) ?? 0) > 50]).toEqual([way, true]);
});

test('legal commands reach it: the refusals are for nothing else', async () => {
  for (let index = 0; index < 300; index++) expect(await legalCase(1, index)).toMatchObject({ reachedTheDriver: true, answer: 'admitted' });
});
