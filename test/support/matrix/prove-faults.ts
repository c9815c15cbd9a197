import { appendFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { RunningSimulator } from '../../../simulators/main.ts';

/** A test in which faults really took effect. */
export interface Scenario {
  readonly driver: string;
  readonly fault: string;
  readonly file: string;
  readonly test: string;
}

/**
 * To be called at the end of a scenario with a driver: fails unless the simulator's ledger shows that every scheduled fault took effect. The
 * scenario then counts for docs/scenario-matrix.md, if its test passes.
 */
export function proveFaults(simulator: RunningSimulator): void {
  const records = simulator.faultRecords();
  expect(records.map(({ effects }) => effects.length > 0)).toEqual(records.map(() => true));
  expect(records).not.toHaveLength(0);
  const collected = process.env['EWALD_SCENARIOS'];
  if (collected === undefined) return;
  const { testPath, currentTestName } = expect.getState();
  for (const fault of new Set(records.map((record) => record.fault))) {
    const scenario: Scenario = { driver: simulator.as, fault, file: testPath ?? '', test: currentTestName ?? '' };
    appendFileSync(collected, `${JSON.stringify(scenario)}\n`);
  }
}
