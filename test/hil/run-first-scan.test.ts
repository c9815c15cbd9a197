import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { endEveryEwald, ewald } from '../support/ewald-process.ts';
import { runConfig } from '../support/virtual-lab.ts';

const folders: string[] = [];

afterEach(() => {
  endEveryEwald();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('a run on an empty holder ends after one scan, claims nothing and says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-empty-'));
  folders.push(folder);
  const random = seededRandom(9);
  const empty = Array.from({ length: 2251 }, (_, i) => `${(10 + 0.04 * i).toFixed(2)} ${random.poisson(200 + 4000 / (10 + 0.04 * i))}`);
  writeFileSync(join(folder, 'empty.xy'), empty.join('\n'));
  const simulator = { seed: 5, speed: 'max', replay: join(folder, 'empty.xy'), radiation: 'CuKa12' };
  writeFileSync(join(folder, 'run.yaml'), runConfig({ folder: join(folder, 'runs'), simulator }));
  const document = await ewald('run', '--config', join(folder, 'run.yaml'));
  const { result } = document;
  expect(document).toMatchObject({ exitCode: 3, error: null, warnings: [{ code: 'emptyHolder' }] });
  expect(result).toMatchObject({
    verdict: { kind: 'inconclusive', reasonCode: 'futile', phaseIds: [], reason: expect.stringContaining('the holder is empty') },
    scanFindings: [{ kind: 'emptyHolder', severity: 'stop' }],
    identification: null,
    integrity: { commandsIssued: 1, scansStored: 1 },
  });
  const report = readFileSync(result.reportFile, 'utf8');
  expect(report).toContain('The scan itself');
  expect(report).toContain('the holder is empty');
});
