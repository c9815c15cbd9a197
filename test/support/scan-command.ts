import type { ScanCommand } from '../../src/domain/scan.ts';

/** A legal command for most instruments: 101 points from 20 to 22 deg. */
export function scanCommand(changes: Partial<ScanCommand> = {}): ScanCommand {
  return {
    requestId: 'run-1',
    attempt: 1,
    sample: { sampleId: 's1', slot: null },
    range: { fromDeg: 20, toDeg: 22 },
    stepDeg: 0.02,
    dwellS: 0.1,
    pointCount: 101,
    expectedS: 10.1,
    notAfterS: 1e9,
    how: { kind: 'continuous' },
    ...changes,
  };
}

/** A scan of the powder that stands in an instrument without a changer. */
export function powderScan(requestId: string, changes: Partial<ScanCommand>): ScanCommand {
  return scanCommand({ requestId, sample: { sampleId: 'powder', slot: null }, dwellS: 1, expectedS: 30, ...changes });
}
