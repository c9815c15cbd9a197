import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { PlanResult, SeedsResult } from '../support/ewald-document.ts';
import { endEveryEwald, ewald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { expectHonest, storedIn } from '../support/run-truth.ts';
import { EASY, type Note, openLab, runConfig, type VirtualLab } from '../support/virtual-lab.ts';
import { WireClient } from './wire-client.ts';

const folders: string[] = [];
const labs: VirtualLab[] = [];

afterEach(async () => {
  endEveryEwald();
  for (const lab of labs.splice(0)) await lab.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function ownSimulator(simulator: Readonly<Record<string, unknown>> = {}, goal: Readonly<Record<string, unknown>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-run-'));
  folders.push(folder);
  const journal = join(folder, 'journal.jsonl');
  const config = join(folder, 'run.yaml');
  const options = { seed: 5, speed: 'max', phases: EASY, journal, ...simulator };
  writeFileSync(config, runConfig({ folder: join(folder, 'runs'), simulator: options, goal }));
  const notes = () =>
    readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Note);
  return { config, notes, store: join(folder, 'runs') };
}

test('a run over MQTT with the simulator in its own process ends with a verdict, and every photon is in the store', async () => {
  const { config, notes, store } = ownSimulator();
  const document = await ewald('run', '--config', config);
  const { result } = document;
  expect(document).toMatchObject({ command: 'run', error: null, simulated: true, seed: 5, warnings: [] });
  expect([0, 3]).toContain(document.exitCode);
  expect(document.exitCode === 0).toBe(result.verdict.kind === 'accept');
  expect(Object.keys(result)).toEqual(
    expect.arrayContaining(
      'runId driver instrumentId sampleId policyId modelId goal verdict identification cycles estimateS ledgerS integrity truth reportFile'.split(
        ' ',
      ),
    ),
  );
  expect(Object.keys(result.verdict)).toEqual(expect.arrayContaining(['kind', 'reasonCode', 'phaseIds', 'setProbability', 'reason']));
  expect(Object.keys(result.ledgerS).sort()).toEqual(
    ['counting', 'instrument', 'moving', 'overhead', 'settling', 'shutter', 'thinking', 'waiting', 'wall'].sort(),
  );
  expect(result.identification.phases.map((phase: { phaseId: string }) => phase.phaseId)).toEqual(
    expect.arrayContaining(EASY.map(({ phaseId }) => phaseId)),
  );
  expect(result.truth.phaseIds).toEqual(EASY.map(({ phaseId }) => phaseId));
  expectHonest(notes(), store, result.runId);
  const stored = storedIn(store, result.runId);
  expect(result.integrity).toMatchObject({ countsSum: stored.countsSum, scansStored: stored.scans.length, scansLost: 0, scansRepeated: 0 });
  expect(result.integrity.liveSSum).toBeCloseTo(stored.liveNsSum / 1e9, 6);
  const { counting, moving, settling, overhead, shutter, waiting, instrument } = result.ledgerS;
  expect(counting + moving + settling + overhead + shutter + waiting).toBeCloseTo(instrument, 6);
  expect(readFileSync(result.reportFile, 'utf8')).toContain(result.runId);

  const again = await ewald('run', '--config', config, '--resume', result.runId);
  expect(again).toMatchObject({ exitCode: 2, error: { code: 'badInput', subject: result.runId } });
  expect(again.error.message).toMatch(/is finished/);
  expect(notes().filter(({ kind }) => kind === 'boot')).toHaveLength(1);
});

test('the wire carries every photon and its live time, and never what the sample is', async () => {
  const lab = await openLab('max');
  labs.push(lab);
  const ear = await new WireClient(lab.simulator.url, lab.simulator.root, 'ear').open();
  const document = await ewald('run', '--config', lab.config());
  const frames = new Map<string, { counts: number[]; liveNs: number | number[] }>();
  for (const { topic, text } of ear.heard)
    if (topic.endsWith('/chunk')) frames.set(`${topic} ${JSON.parse(text).sequence}`, JSON.parse(text));
  const heard = [...ear.heard];
  await ear.close();
  const stored = storedIn(join(lab.folder, 'runs'), document.result.runId);
  let [counts, liveNs] = [0, 0];
  for (const frame of frames.values()) {
    counts += frame.counts.reduce((sum, count) => sum + count, 0);
    liveNs += frame.counts.reduce((sum, _, i) => sum + (Array.isArray(frame.liveNs) ? frame.liveNs[i]! : frame.liveNs), 0);
  }
  expect({ counts, liveNs }).toEqual({ counts: stored.countsSum, liveNs: stored.liveNsSum });
  expectHonest(lab.notes, join(lab.folder, 'runs'), document.result.runId);
  expect(document.result.truth).toBeNull();
  const spoken = /nickel|bunsenite|titan|anatase|rutile|oxide/i;
  const secrets = EASY.flatMap(({ phaseId }) => [phaseId, phaseId.split('_')[0]!]);
  expect(heard.length).toBeGreaterThan(20);
  for (const { topic, text } of heard) {
    const said = `${topic} ${text}`;
    expect(said).not.toMatch(spoken);
    for (const secret of secrets) expect(said).not.toContain(secret);
  }
});

test('--plan moves nothing', async () => {
  const { config, notes } = ownSimulator();
  const { result, exitCode } = await ewald<PlanResult>('run', '--config', config, '--plan');
  expect(exitCode).toBe(0);
  expect(result.requests.length).toBeGreaterThan(0);
  expect(result.estimateS).toBeGreaterThan(0);
  expect(notes().map(({ kind }) => kind)).toEqual(['boot']);
});

test('--seeds runs once per seed and sums up', async () => {
  const { config } = ownSimulator({}, { maxCycles: 1 });
  const { code, result, stderr } = await startEwald(['run', '--config', config, '--seeds', '1..2', '--json']).ended.then((ended) => ({
    code: ended.code,
    stderr: ended.stderr,
    result: oneDocument<SeedsResult>(ended).result,
  }));
  expect(code).toBe(0);
  expect(result.runs.map((run: { seed: number }) => run.seed)).toEqual([1, 2]);
  const { n, acceptRight, acceptWrong, inconclusive, novel, fault } = result.summary;
  expect(n).toBe(2);
  expect(acceptRight + acceptWrong + inconclusive + novel + fault).toBe(2);
  expect(fault).toBe(0);
  expect(result.summary.instrumentSMedian).toBeGreaterThan(0);
  expect(stderr).toMatch(/^seed 1: /m);
});
