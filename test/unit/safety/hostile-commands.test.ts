import { expect, test } from '@jest/globals';
import { NEVER, Observable } from 'rxjs';
import { guardCase, legalCase, SITUATIONS } from '../../../src/app/bench/fuzz-guard.ts';
import { CAPABILITIES, CLOCK_S, hostileCommand, legalCommand, RULES, SPOILERS } from '../../../src/app/bench/hostile-commands.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import type { ScanCommand } from '../../../src/domain/scan.ts';
import type { Diffractometer, SafetyState } from '../../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../../src/safety/guard.ts';
import { manualRuntime } from '../../support/manual-runtime.ts';

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

const COMMANDS = 100_000;

test(`none of ${COMMANDS} hostile commands gets past one guard where all is well, and the legal one after them does`, async () => {
  let reached = 0;
  const green = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' as const };
  const raw: Partial<Diffractometer> = {
    open: async () => CAPABILITIES,
    identity: (async () => ({ clockS: CLOCK_S, clockSpeed: 1 })) as unknown as Diffractometer['identity'],
    safety: () => new Observable<SafetyState>((subscriber) => subscriber.next({ ...green, validUntilMs: 1e12 })),
    alerts: () => NEVER,
    find: async () => ({ kind: 'lost' }),
    scan: () => {
      reached += 1;
      return NEVER;
    },
  };
  const guard = guardDiffractometer(raw as Diffractometer, RULES, manualRuntime());
  await guard.open(new AbortController().signal);
  const random = seededRandom(20261122);
  let refused = 0;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (let sent = 1; sent <= COMMANDS; sent++) {
    const { command, how } = hostileCommand(random);
    guard.scan(command as ScanCommand).subscribe({
      error: () => {
        refused += 1;
      },
    });
    if (sent % 1000 === 0) await turn();
    if (reached > 0)
      throw new Error(`one of the last came through, perhaps this one (${how.join(' + ')}): ${String(JSON.stringify(command))}`);
  }
  expect([reached, refused]).toEqual([0, COMMANDS]);
  const last = guard.scan(legalCommand(random) as ScanCommand).subscribe();
  await turn();
  expect(reached).toBe(1);
  last.unsubscribe();
}, 120_000);

test('legal commands reach it: the refusals are for nothing else', async () => {
  for (let index = 0; index < 300; index++) expect(await legalCase(1, index)).toMatchObject({ reachedTheDriver: true, answer: 'admitted' });
});
