import { afterEach, describe, expect, test } from '@jest/globals';
import { ewald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { onlyRunIn, shutterOf, storedIn } from '../support/run-truth.ts';
import type { VirtualLab } from '../support/virtual-lab.ts';
import { type WireLab, wireLabs } from '../support/wire-labs.ts';

/** The agent in its own process, the simulated goniometer and detector in this one, between them two sockets. */
const SPEED = 100;
const labs = wireLabs();

afterEach(labs.close);

function lab(faults = ''): Promise<WireLab> {
  return labs.open({
    as: 'huber-mythen',
    speed: SPEED,
    faults,
    driver: (simulator) => ({
      instrumentId: 'huber',
      radiation: 'CuKa12',
      wireTellsNoSafety: true,
      simulated: true,
      goniometer: {
        host: '127.0.0.1',
        port: simulator.address()['port'],
        limits: { fromDeg: 8, toDeg: 110 },
        settleMs: 20,
        moveStartMs: 500,
        moveTimeoutMs: 3000,
      },
      detector: { host: '127.0.0.1', port: simulator.address()['detectorPort'], modules: [{ radiusMm: 240 }], exposureGraceMs: 2000 },
      timing: { clockSpeed: SPEED, pollMs: 5, bannerMs: 200, statusIntervalMs: 100 },
    }),
  });
}

const framesOf = ({ notes }: VirtualLab) => notes.filter(({ kind }) => kind === 'frame');

/** Nothing is in the store that was not counted, and the beam was never on without need. */
function expectHonest(here: VirtualLab, store: string, runId: string): void {
  const counted = framesOf(here).reduce((sum, note) => sum + Number(note['countsSum']), 0);
  expect(storedIn(store, runId).countsSum).toBeLessThanOrEqual(counted);
  expect(here.notes.filter((note) => note['unsafe'] === true)).toEqual([]);
  expect(shutterOf(here.notes)).toBe('closed');
}

describe('ewald and a Huber goniometer with a Mythen2 detector', () => {
  test('instruments check says what the wires cannot tell, and moves nothing', async () => {
    const { lab: here, config } = await lab();
    expect(await ewald('instruments', 'check', config)).toMatchObject({
      exitCode: 0,
      result: { driver: 'huber-mythen', ready: true, problems: [], blindTo: ['doors', 'interlock', 'generator', 'shutter'] },
    });
    expect(here.notes.filter(({ kind }) => kind === 'move' || kind === 'frame')).toEqual([]);
  });

  test('a run ends with a verdict, with whole counts from at least two places at every point', async () => {
    const { lab: here, config, store } = await lab();
    const { result, exitCode } = await ewald('run', '--config', config);
    expect([0, 3]).toContain(exitCode);
    expect(result.identification.phases.map(({ phaseId }: { phaseId: string }) => phaseId)).toEqual(
      expect.arrayContaining(['NiO_225', 'TiO2_141']),
    );
    expectHonest(here, store, result.runId);
    const { scans } = storedIn(store, result.runId);
    expect(scans.every(({ completeness, counts }) => completeness === 'whole' && counts.every(Number.isInteger))).toBe(true);
    expect(new Set(framesOf(here).map((note) => note['fromDeg'])).size).toBeGreaterThan(scans.length);
    expect(framesOf(here).every((note) => note['rolledOver'] === 0)).toBe(true);
  }, 120_000);

  test('an agent that is killed leaves nothing but a short exposure; the next measures anew what was not stored', async () => {
    const { lab: here, config, store } = await lab();
    const first = startEwald(['run', '--config', config]);
    await here.on(({ kind }) => kind === 'frame' && framesOf(here).length >= 4);
    first.child.kill('SIGKILL');
    await first.ended;
    const runId = onlyRunIn(store);
    const document = oneDocument(await startEwald(['run', '--config', config, '--resume', runId, '--json']).ended);
    expect([0, 3]).toContain(document.exitCode);
    expectHonest(here, store, runId);
    expect(document.result.integrity.resumes).toBe(1);
  }, 120_000);
});
