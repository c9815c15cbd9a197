import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { endEveryEwald, ewald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { expectHonest, onlyRunIn } from '../support/run-truth.ts';
import { openLab, type VirtualLab } from '../support/virtual-lab.ts';

let lab: VirtualLab;

afterEach(async () => {
  endEveryEwald();
  await lab.close();
});

test('the second agent on one instrument is refused by name, and the first does not notice', async () => {
  lab = await openLab(2.5);
  const [first, second] = [join(lab.folder, 'first'), join(lab.folder, 'second')];
  const goal = { maxCycles: 1 };
  const agent = startEwald(['run', '--config', lab.config({ store: first, goal }), '--json']);
  await lab.on(({ kind }) => kind === 'execution');
  const refused = await ewald('run', '--config', lab.config({ store: second, goal }));
  expect(lab.notes.filter(({ kind }) => kind === 'end')).toEqual([]);
  expect(refused).toMatchObject({ exitCode: 4, error: { code: 'busy', subject: 'sim1' } });
  expect(refused.error.message).toContain(`ewald-${onlyRunIn(first)} holds the lease`);
  expect(refused.error.remedy).toMatch(/wait until the other client has finished/);
  const document = oneDocument(await agent.ended);
  expect([0, 3]).toContain(document.exitCode);
  expect(document.result.integrity).toMatchObject({ scansStored: 1, scansRepeated: 0 });
  expect(document.result.cycles[0]!.scans[0]!.completeness).toBe('whole');
  expectHonest(lab.notes, first, document.result.runId);
}, 240_000);
