import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { endEveryEwald, ewald } from '../support/ewald-process.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { expectHonest, storedIn } from '../support/run-truth.ts';
import { openLab, type VirtualLab } from '../support/virtual-lab.ts';

let lab: VirtualLab;

afterEach(async () => {
  endEveryEwald();
  await lab.close();
});

test('a door that opens ends the run safely, blocks it until the reset, and is heard again after a resume', async () => {
  lab = await openLab('max', '- {fault: door-opens, atPoint: 500, scan: 1}\n- {fault: door-opens, atPoint: 100, scan: 2}');
  const folder = join(lab.folder, 'runs');
  const config = lab.config({ goal: { maxCycles: 2 } });
  const openings = () => lab.notes.filter(({ kind, shutter }) => kind === 'beam' && shutter === 'open').length;

  const first = await ewald('run', '--config', config);
  const { runId } = first.result;
  expect(first).toMatchObject({ exitCode: 4, result: { verdict: { kind: 'fault', reasonCode: 'interlock' } } });
  expect(first.result.verdict.reason).toMatch(/door/);
  // What was counted before is in the store already, without a resume.
  expectHonest(lab.notes, folder, runId);
  expect(storedIn(folder, runId).points).toBe(501);
  expect(first.result.integrity.countsSum).toBe(storedIn(folder, runId).countsSum);

  const blocked = await ewald('run', '--config', config, '--resume', runId);
  expect(blocked).toMatchObject({ exitCode: 4, result: { verdict: { kind: 'fault', reasonCode: 'interlock' } } });
  expect(openings()).toBe(1);

  lab.closeDoorAndReset();
  const second = await ewald('run', '--config', config, '--resume', runId);
  expect(second).toMatchObject({ exitCode: 4, result: { verdict: { kind: 'fault', reasonCode: 'interlock' } } });
  expect(openings()).toBe(2);
  expect(storedIn(folder, runId).points).toBe(602);

  lab.closeDoorAndReset();
  const last = await ewald('run', '--config', config, '--resume', runId);
  expect([0, 3]).toContain(last.exitCode);
  expect(last.result.integrity.resumes).toBe(3);
  expectHonest(lab.notes, folder, runId);
  proveFaults(lab.simulator);
}, 240_000);
