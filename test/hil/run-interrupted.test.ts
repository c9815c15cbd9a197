import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { endEveryEwald, ewald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { expectHonest, onlyRunIn, shutterOf, storedIn } from '../support/run-truth.ts';
import { openLab, type VirtualLab } from '../support/virtual-lab.ts';

let lab: VirtualLab;

afterEach(async () => {
  endEveryEwald();
  await lab.close();
});

const chunk = (atLeast: number) => (note: { kind: string; sequence?: unknown }) =>
  note.kind === 'chunk' && Number(note.sequence) >= atLeast;

test('an interrupt brings the instrument to its safe state, a second one changes nothing, and the run goes on later', async () => {
  lab = await openLab(20);
  const folder = join(lab.folder, 'runs');
  const config = lab.config({ goal: { maxCycles: 2 } });
  const agent = startEwald(['run', '--config', config, '--json']);
  await lab.on(chunk(4));
  agent.child.kill('SIGINT');
  agent.child.kill('SIGINT');
  const ended = await agent.ended;
  const document = oneDocument(ended);
  const runId = onlyRunIn(folder);
  expect(document).toMatchObject({ exitCode: 130, result: null, error: { code: 'interrupted', subject: runId } });
  expect(document.error.remedy).toContain(`--resume ${runId}`);
  expect(shutterOf(lab.notes)).toBe('closed');
  const early = storedIn(folder, runId);
  expect(early.points).toBeGreaterThan(4 * 64);
  expect(early.points).toBeLessThan(1251);
  expectHonest(lab.notes, folder, runId);

  const last = await ewald('run', '--config', config, '--resume', runId);
  expect([0, 3]).toContain(last.exitCode);
  expectHonest(lab.notes, folder, runId);
}, 240_000);

test('a third interrupt leaves at once, where the safe state cannot be reached', async () => {
  lab = await openLab(20, '- {fault: link-cut, atPoint: 200, scan: 1}');
  const agent = startEwald(['run', '--config', lab.config(), '--json']);
  await lab.on(({ kind }) => kind === 'fault');
  const said = (count: number) => agent.stderr().split('interrupted').length > count;
  agent.child.kill('SIGINT');
  while (!said(1)) await new Promise((resolve) => setTimeout(resolve, 10));
  agent.child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(agent.child.exitCode).toBeNull();
  agent.child.kill('SIGINT');
  expect((await agent.ended).code).toBe(130);
});
