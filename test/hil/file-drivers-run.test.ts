import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { hurriedAeris, hurriedLabLims, programsFile } from '../../src/app/bench/faults/hurried-instruments.ts';
import type { CheckResult } from '../support/ewald-document.ts';
import { ewald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { expectHonest, onlyRunIn, storedIn } from '../support/run-truth.ts';
import { EASY, type VirtualLab } from '../support/virtual-lab.ts';
import { type WireLab, wireLabs } from '../support/wire-labs.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

/** The agent in its own process, the simulated instrument in this one, between them a socket and folders. */
const SPEED = 200;
/** A run starts two programs; under load that takes its time. */
const PATIENCE_MS = 60_000;
const PROGRAMS = [
  { name: '10-60_Low', fromDeg: 10, toDeg: 60, stepDeg: 0.02, dwellS: 2 },
  { name: '10-60_High', fromDeg: 10, toDeg: 60, stepDeg: 0.02, dwellS: 8 },
];
const labs = wireLabs();
const folders = temporaryFolders('ewald-files-');

afterEach(async () => {
  await labs.close();
  folders.clear();
});

function scene(as: 'aeris' | 'bruker-lablims'): Promise<WireLab> {
  const folder = folders.make();
  const shared = join(folder, 'shared');
  const jobFolder = join(folder, 'jobs');
  const catalogue = join(folder, 'programs.yaml');
  writeFileSync(catalogue, programsFile(PROGRAMS));
  return labs.open({
    as,
    speed: SPEED,
    simulator: { folder: shared, ...(as === 'aeris' ? { programs: catalogue, slot: 2 } : {}) },
    driver: (simulator) =>
      as === 'aeris'
        ? hurriedAeris({ address: simulator.address(), programs: PROGRAMS, jobFolder, resultFolder: shared, speed: SPEED })
        : hurriedLabLims({ labLimsFolder: shared, jobFolder, speed: SPEED }),
  });
}

const executed = (lab: VirtualLab) => lab.notes.filter(({ kind }) => kind === 'execution');

describe.each(['aeris', 'bruker-lablims'] as const)('ewald run over %s', (as) => {
  test(
    'ends with a verdict, with every count in the store and nothing measured twice',
    async () => {
      const { lab, config, store } = await scene(as);
      const { result, exitCode } = await ewald('run', '--config', config);
      expect([0, 3]).toContain(exitCode);
      expect(result).toMatchObject({ driver: as, integrity: { scansLost: 0, scansRepeated: 0 } });
      expect(result.identification.phases.map(({ phaseId }: { phaseId: string }) => phaseId)).toEqual(
        expect.arrayContaining(EASY.map(({ phaseId }) => phaseId)),
      );
      const stored = storedIn(store, result.runId);
      expect(stored.scans.length).toBeGreaterThan(0);
      expect(executed(lab)).toHaveLength(stored.scans.length);
      expect(result.integrity.countsSum).toBe(stored.countsSum);
      expectHonest(lab.notes, store, result.runId);
      expect(result.ledgerS.instrument).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  test(
    'instruments check measures nothing',
    async () => {
      const { lab, config } = await scene(as);
      const document = await ewald<CheckResult>('instruments', 'check', config);
      expect(document).toMatchObject({ exitCode: 0, result: { driver: as, ready: true, problems: [] } });
      expect(executed(lab)).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'an agent killed during a scan finds its result, and nothing is measured twice',
    async () => {
      const { lab, config, store } = await scene(as);
      const begun = lab.on(({ kind }) => kind === 'execution');
      const victim = startEwald(['run', '--config', config, '--json']);
      await begun;
      victim.child.kill('SIGKILL');
      await victim.ended;
      const runId = onlyRunIn(store);
      const { result, exitCode } = await ewald('run', '--config', config, '--resume', runId);
      expect([0, 3]).toContain(exitCode);
      expect(executed(lab)).toHaveLength(storedIn(store, runId).scans.length);
      expect(result.integrity).toMatchObject({ scansLost: 0, scansRepeated: 0 });
    },
    PATIENCE_MS,
  );
});

test(
  'an agent interrupted during a program says that it cannot be stopped, and finds its result later',
  async () => {
    const { lab, config, store } = await scene('aeris');
    const begun = lab.on(({ kind }) => kind === 'execution');
    const agent = startEwald(['run', '--config', config, '--json']);
    await begun;
    agent.child.kill('SIGINT');
    const document = oneDocument(await agent.ended);
    expect(document.exitCode).toBe(4);
    expect(JSON.stringify(document)).toMatch(/no order that stops it/);
    const { exitCode, result } = await ewald('run', '--config', config, '--resume', onlyRunIn(store));
    expect([0, 3]).toContain(exitCode);
    expect(executed(lab)).toHaveLength(storedIn(store, result.runId).scans.length);
  },
  PATIENCE_MS,
);

test(
  'an Aeris under local control is not ready, and a run measures nothing',
  async () => {
    const { lab, config } = await scene('aeris');
    lab.simulator.device.setLocalControl(true, lab.simulator.device.clock.nowS());
    const checked = await ewald<CheckResult>('instruments', 'check', config);
    expect(checked).toMatchObject({ exitCode: 4, result: { ready: false } });
    expect(checked.result.problems[0]!.what).toBe('the operator has taken control at the instrument');
    const run = await ewald('run', '--config', config);
    expect(run).toMatchObject({ exitCode: 4, result: { verdict: { kind: 'fault' } } });
    expect(executed(lab)).toEqual([]);
  },
  PATIENCE_MS,
);
