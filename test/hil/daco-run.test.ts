import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CheckResult } from '../support/ewald-document.ts';
import { ewald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { onlyRunIn, scanIdOf, shutterOf, storedIn } from '../support/run-truth.ts';
import type { VirtualLab } from '../support/virtual-lab.ts';
import { type WireLab, wireLabs } from '../support/wire-labs.ts';

/** The agent in its own process, the simulated D5000 in this one, between them a pseudo-terminal. */
const SPEED = 500;
const labs = wireLabs();

afterEach(labs.close);

function lab(faults = ''): Promise<WireLab> {
  return labs.open({
    as: 'daco-mp',
    speed: SPEED,
    faults,
    driver: (simulator) => ({
      path: simulator.address()['path'],
      instrumentId: 'd5000',
      radiation: 'CuKa12',
      limits: { fromDeg: 10, toDeg: 100 },
      clockSpeed: SPEED,
      simulated: true,
      pollMs: 50,
    }),
  });
}

/** What was read from the instrument is in the store or declared as a gap, nothing was measured twice, and the beam was never on without need. */
function expectHonest({ notes }: VirtualLab, store: string, runId: string): void {
  const stored = storedIn(store, runId);
  const fetched = notes.filter(({ kind }) => kind === 'fetch').reduce((sum, note) => sum + Number(note['points']), 0);
  expect(stored.points).toBeLessThanOrEqual(fetched);
  const executed = notes.filter(({ kind }) => kind === 'execution').map(scanIdOf);
  expect(new Set(executed).size).toBe(executed.length);
  expect(notes.filter((note) => note['unsafe'] === true)).toEqual([]);
  expect(shutterOf(notes)).toBe('closed');
}

describe('ewald and a D5000 on a serial line', () => {
  test('instruments check says whether it may measure, and moves nothing', async () => {
    const { lab: here, config } = await lab();
    const document = await ewald<CheckResult>('instruments', 'check', config);
    expect(document).toMatchObject({
      exitCode: 0,
      result: { driver: 'daco-mp', ready: true, problems: [], blindTo: ['doors', 'interlock', 'emergency stop'] },
    });
    expect(document.result.safety).toMatchObject({ shutter: 'closed', generatorOn: true });
    expect(here.notes.filter(({ kind }) => kind === 'move' || kind === 'execution')).toEqual([]);
    here.simulator.device.disturb(
      { generatorOn: false },
      { alarmId: 'generator', alarm: { kind: 'generator', severity: 'major', text: 'the generator tripped', sinceS: 0 } },
      here.simulator.device.clock.nowS(),
    );
    const tripped = await ewald<CheckResult>('instruments', 'check', config);
    expect(tripped).toMatchObject({ exitCode: 4, result: { ready: false } });
    expect(tripped.result.problems.map(({ what }: { what: string }) => what).join()).toMatch(/generator/);
  });

  test('a port that is not there is named', async () => {
    const { config } = await lab();
    writeFileSync(config, readFileSync(config, 'utf8').replace(/path: .*/, 'path: /dev/ttyNOWHERE'));
    const document = await ewald<CheckResult>('instruments', 'check', config);
    expect(document).toMatchObject({
      exitCode: 4,
      error: { code: 'link', subject: '/dev/ttyNOWHERE', message: 'there is no port /dev/ttyNOWHERE' },
    });
    expect(document.error.remedy).toMatch(/there are:|no serial port/);
  });

  test('a run ends with a verdict, and every count is in the store', async () => {
    const { lab: here, config, store } = await lab();
    const { result, exitCode } = await ewald('run', '--config', config);
    expect([0, 3]).toContain(exitCode);
    expect(result.identification.phases.map(({ phaseId }: { phaseId: string }) => phaseId)).toEqual(
      expect.arrayContaining(['NiO_225', 'TiO2_141']),
    );
    const stored = storedIn(store, result.runId);
    const made = here.notes.filter(({ kind }) => kind === 'chunk').reduce((sum, note) => sum + Number(note['countsSum']), 0);
    expect(stored.countsSum).toBe(made);
    expect(result.integrity).toMatchObject({ countsSum: made, scansLost: 0, scansRepeated: 0 });
    expectHonest(here, store, result.runId);
  });

  test('a door that opens during the scan ends the run, and only a person starts another', async () => {
    const { lab: here, config, store } = await lab('- { fault: door-opens, atPoint: 200, scan: 1 }\n');
    const { result, exitCode } = await ewald('run', '--config', config);
    expect(exitCode).toBe(4);
    expect(result.verdict.kind).toBe('fault');
    expect(here.simulator.faultRecords().length).toBeGreaterThan(0);
    expectHonest(here, store, result.runId);
    expect(result.cycles[0]!.scans[0]!).toMatchObject({ completeness: 'cut-short' });
    expect(result.cycles[0]!.scans[0]!.points).toBeLessThanOrEqual(200);
  });

  test('an agent that is killed in a scan leaves it running; the next stops it, keeps what was stored and measures the rest anew', async () => {
    const { lab: here, config, store } = await lab();
    const first = startEwald(['run', '--config', config]);
    let fetched = 0;
    await here.on(({ kind, points }) => {
      if (kind === 'fetch') fetched += Number(points);
      return fetched > 300;
    });
    first.child.kill('SIGKILL');
    await first.ended;
    const runId = onlyRunIn(store);
    const document = oneDocument(await startEwald(['run', '--config', config, '--resume', runId, '--json']).ended);
    expect([0, 3]).toContain(document.exitCode);
    expectHonest(here, store, runId);
    const { scans, points } = storedIn(store, runId);
    const angles = scans.flatMap((scan) => [...scan.twoThetaDeg.map((deg) => Math.round(deg * 1000))]);
    expect(points).toBe(angles.length);
    expect(here.notes.filter(({ kind }) => kind === 'execution').length).toBeGreaterThan(1);
    expect(document.result.integrity.resumes).toBe(1);
  });
});
