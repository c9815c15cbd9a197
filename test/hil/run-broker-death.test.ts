import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { endEveryEwald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { findMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { expectHonest } from '../support/run-truth.ts';
import { openLab, type VirtualLab } from '../support/virtual-lab.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  endEveryEwald();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function lab(faultSchedule: string, broker?: string): Promise<VirtualLab> {
  const opened = await openLab(10, faultSchedule, broker === undefined ? {} : { broker });
  cleanUps.push(() => opened.close());
  return opened;
}

/** The run of a lab whose broker dies at the note, in the middle of a scan. */
async function runWhile(where: VirtualLab, disturb: () => Promise<unknown>): Promise<void> {
  const agent = startEwald(['run', '--config', where.config({ goal: { maxCycles: 2, confidence: 0.999999999 } }), '--json']);
  await Promise.race([disturb(), agent.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  const document = oneDocument(await agent.ended);
  expect(document.exitCode).toBe(3);
  expect(document.result.integrity).toMatchObject({ scansLost: 0, scansRepeated: 0, resumes: 0, scansStored: 2 });
  expectHonest(where.notes, join(where.folder, 'runs'), document.result.runId);
}

test('the embedded broker dies for two seconds in the middle of a scan: the run ends as if nothing was', async () => {
  const where = await lab('- {fault: broker-drop, atPoint: 300, options: {forWallS: 2}}');
  await runWhile(where, () => where.on(({ kind }) => kind === 'fault'));
  proveFaults(where.simulator);
}, 180_000);

const program = findMosquitto();
if (!program) process.stderr.write('mosquitto is not installed: the tests with another broker were left out\n');

for (const memory of program ? [true, false] : [])
  test(`mosquitto ${memory ? 'with' : 'without'} memory is killed in the middle of a scan and comes back: the run ends as if nothing was`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ewald-broker-'));
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
    const broker = await startMosquitto(program!, folder, memory);
    cleanUps.push(() => broker.kill());
    const where = await lab('', broker.url);
    await runWhile(where, async () => {
      await where.on(({ kind, sequence }) => kind === 'chunk' && sequence === 4);
      await broker.kill();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await broker.restart();
    });
  }, 180_000);
