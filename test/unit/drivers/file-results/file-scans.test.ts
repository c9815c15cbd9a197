import { expect, test } from '@jest/globals';
import { FileScans } from '../../../../drivers/file-results/file-scans.ts';
import type { FileOutcome } from '../../../../drivers/file-results/outcome.ts';

const chunks = [0, 1, 2, 3].map((sequence) => ({ requestId: 'r', attempt: 1, sequence }));
const outcome = { chunks, report: { completeness: 'whole' } } as unknown as FileOutcome;

test('an acknowledgement covers everything before it, a late one takes nothing back, and an endless one costs no time', async () => {
  const scans = new FileScans({ run: async () => outcome, look: async () => outcome });
  const kept = async () => {
    const found = await scans.find('r', 1);
    return found.kind === 'finished' ? found.chunks.map(({ sequence }) => sequence) : found.kind;
  };
  expect(await kept()).toEqual([0, 1, 2, 3]);
  scans.acknowledge('r', 1, 2);
  scans.acknowledge('r', 1, 0);
  expect(await kept()).toEqual([3]);
  scans.acknowledge('r', 2, 3);
  expect(await kept()).toEqual([3]);
  scans.acknowledge('r', 1, Number.MAX_SAFE_INTEGER);
  expect(await kept()).toEqual([]);
});
