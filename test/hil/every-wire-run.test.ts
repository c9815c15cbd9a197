import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { drivers } from '../../drivers/registry.ts';
import type { WiresResult } from '../support/ewald-document.ts';
import { endEveryEwald, ewald } from '../support/ewald-process.ts';
import { EASY, SEARCH } from '../support/virtual-lab.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

const folders = temporaryFolders('ewald-every-wire-run-');

afterEach(() => {
  endEveryEwald();
  folders.clear();
});

test('the same adaptive run ends in the same verdict through every wire, with the same counts where rasters allow', async () => {
  const config = join(folders.make(), 'run.yaml');
  // So faint that the first scan leaves doubt: every run has to go back and count longer.
  const simulator = { phases: EASY, peakCps: 50 };
  const goal = { maxCycles: 4, ceilingDeg: 60, confidence: 0.95 };
  writeFileSync(config, stringify({ simulator, instrument: { driver: 'mqtt' }, goal, model: SEARCH }));
  const { result } = await ewald<WiresResult>('bench', 'wires', '--config', config, '--seed', '5');
  expect(result.runs.map(({ wire }: { wire: string }) => wire).sort()).toEqual(drivers.map(({ id }) => id).sort());
  expect(result.sameVerdict).toBe(true);
  const expected = EASY.map(({ phaseId }) => phaseId).sort();
  for (const { wire, verdict, phaseIds, right, cycles, scans, countsSum, counts } of result.runs) {
    expect({ wire, verdict, phaseIds: [...phaseIds].sort(), right }).toEqual({ wire, verdict: 'accept', phaseIds: expected, right: true });
    expect(cycles).toBeGreaterThan(1);
    // The strips of the Mythen count photons of their own; every other wire can have the very scans of the first one.
    expect(counts).toEqual(wire === 'huber-mythen' ? { ...counts, identical: 0 } : { alike: scans, identical: scans, elsewhere: 0 });
    if (wire !== 'huber-mythen') expect(countsSum).toBe(result.runs[0]!.countsSum);
  }
}, 900_000);
