import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { SeedsResult } from '../support/ewald-document.ts';
import { endEveryEwald, ewald } from '../support/ewald-process.ts';

afterEach(endEveryEwald);

const DEMO = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));

/** `npm start` shows the sample of this seed. Where the answer about it changes, take another seed: a newcomer should not wait, or be told something wrong. */
test('the demo shows a second look that pays: accepted, right, within a few minutes of instrument time', async () => {
  const { seed, simulator } = parse(readFileSync(DEMO, 'utf8')) as { seed: number; simulator: { seed: number } };
  expect(simulator.seed).toBe(seed);
  const { result } = await ewald<SeedsResult>('bench', 'demo', '--seeds', `${seed}..${seed}`);
  expect(result.summary).toMatchObject({ acceptRight: 1 });
  const run = result.runs[0]!;
  expect(run.cycles.length).toBeGreaterThan(1);
  expect(run.cycles.length).toBeLessThan(4);
  expect(run.ledgerS.instrument).toBeLessThan(300);
}, 120_000);
