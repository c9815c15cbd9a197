import { expect, test } from '@jest/globals';
import { earlierExposures } from '../../../src/app/earlier-exposures.ts';
import { scanCommand } from '../../support/scan-command.ts';

test('every command that the journal says was issued counts with its expected time, and nothing else', () => {
  const entry = (index: number, kind: string, fields: object) => ({ index, atMs: 0, kind, fields: { ...fields } });
  const entries = [
    entry(0, 'decided', { viewId: 'v1' }),
    entry(1, 'issued', { command: scanCommand({ requestId: 'run-1-c1-1' }) }),
    entry(2, 'issued', { command: scanCommand({ requestId: 'run-1-c1-1', attempt: 2, expectedS: 30 }) }),
  ];
  const store = { journal: (runId: string) => (runId === 'run-1' ? entries : []) };
  expect(earlierExposures(store, 'run-1')).toEqual([
    { scanId: 'run-1-c1-1.1', sampleId: 's1', beamS: 10.1 },
    { scanId: 'run-1-c1-1.2', sampleId: 's1', beamS: 30 },
  ]);
  expect(earlierExposures(store, 'new')).toEqual([]);
});
