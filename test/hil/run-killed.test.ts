import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { openRunStore } from '../../src/store/sqlite-run-store.ts';
import { type EwaldProcess, endEveryEwald, ewald, startEwald } from '../support/ewald-process.ts';
import { expectHonest, onlyRunIn, shutterOf, storedIn } from '../support/run-truth.ts';
import { type Note, openLab, type VirtualLab } from '../support/virtual-lab.ts';

let lab: VirtualLab;

afterEach(async () => {
  endEveryEwald();
  await lab.close();
});

const kill = (agent: EwaldProcess) => agent.child.kill('SIGKILL');

/** Looks into the store beside the running agent until its journal has one more entry of that kind. */
async function untilOneMore(folder: string, runId: string, kind: string): Promise<void> {
  const store = openRunStore(folder);
  const count = () => store.journal(runId).filter((entry) => entry.kind === kind).length;
  try {
    const before = count();
    while (count() === before) await new Promise((resolve) => setTimeout(resolve, 15));
  } finally {
    store.close();
  }
}

/** Starts the agent, kills it at the first such note after it had opened the instrument, and waits until it is dead. */
async function killedAt(args: readonly string[], isIt: (note: Note) => boolean): Promise<void> {
  const agent = startEwald(args);
  void lab.on(
    (note) => isIt(note) && agent.stderr().includes(' on sim1'),
    () => kill(agent),
  );
  const { signal, stderr } = await agent.ended;
  if (signal !== 'SIGKILL') throw new Error(`the agent ended before it could be killed: ${stderr}`);
}

const chunk =
  (atLeast: number) =>
  ({ kind, sequence }: Note) =>
    kind === 'chunk' && Number(sequence) >= atLeast;

test('killed in every state and resumed each time, a run loses nothing, repeats nothing and reaches its verdict', async () => {
  lab = await openLab(8);
  const folder = join(lab.folder, 'runs');
  // Never sure enough: there is a next scan to be killed in, however slow the agent starts.
  const goal = { maxCycles: 5, confidence: 0.999999999 };
  const config = lab.config({ goal });
  const start = ['run', '--config', config];

  // The command is written down and the lease is asked for, but the scan was never sent.
  await killedAt(start, ({ kind, state }) => kind === 'lease' && state === 'granted');
  const runId = onlyRunIn(folder);
  expect(storedIn(folder, runId).journal.at(-1)?.kind).toBe('issued');
  const resume = [...start, '--resume', runId];

  // The scan was sent, and its reply never heard.
  await killedAt(resume, ({ kind }) => kind === 'execution');
  // While measuring, early; then the agent stays dead until its lease is over.
  const expired = lab.on(({ kind, state }) => kind === 'lease' && state === 'expired');
  const shortLease = ['run', '--config', lab.config({ goal, options: { leaseTtlMs: 1000 } }), '--resume', runId];
  await killedAt(shortLease, chunk(1));
  expect(shutterOf(lab.notes)).toBe('open');
  await expired;
  expect(shutterOf(lab.notes)).toBe('closed');
  // While measuring, late.
  await killedAt(resume, chunk(3));
  // The scan is over, and the agent has hardly heard so.
  await killedAt(resume, ({ kind }) => kind === 'end');

  for (const kind of ['merged', 'identified']) {
    const agent = startEwald(resume);
    await Promise.race([untilOneMore(folder, runId, kind), agent.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
    kill(agent);
    expect((await agent.ended).signal).toBe('SIGKILL');
  }

  const { result, exitCode } = await ewald(...resume);
  expect(exitCode).toBe(3);
  expect(result.runId).toBe(runId);
  expectHonest(lab.notes, folder, runId);
  const { journal, countsSum } = storedIn(folder, runId);
  // Every decision but the first saw where the rivals of the latest identification disagree.
  const steps = journal.map(({ kind }) => kind).filter((kind) => ['identified', 'compared', 'decided'].includes(kind));
  expect(steps.slice(1).join(' ')).toMatch(/^(identified )+compared( compared)* decided/);
  for (let at = 1; at < steps.length; at++) if (steps[at] === 'decided') expect(steps[at - 1]).toBe('compared');
  expect(journal.filter(({ kind }) => kind === 'resumed')).toHaveLength(7);
  // Only the attempt that never reached the instrument was sent once more.
  const executed = lab.notes.filter(({ kind }) => kind === 'execution').map(({ requestId }) => requestId);
  expect(new Set(executed).size).toBe(executed.length);
  const unsent = journal.filter(({ kind }) => kind === 'issued').length - executed.length;
  // One attempt by what is killed first; a kill that comes before the scan is sent makes at most one more.
  expect(unsent).toBeGreaterThanOrEqual(1);
  expect(unsent).toBeLessThanOrEqual(Number(result.integrity.resumes));
  expect(result.integrity).toMatchObject({ countsSum, resumes: 7, scansLost: unsent, scansRepeated: unsent });
}, 240_000);
