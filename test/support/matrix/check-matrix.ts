import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { endpoints } from '../../../simulators/endpoints/registry.ts';
import { faults } from '../../../simulators/faults/registry.ts';
import { runSimulator } from '../../../simulators/main.ts';
import { HOW_TO_WRITE, matrixText } from './matrix-text.ts';
import type { Scenario } from './prove-faults.ts';

/**
 * Compares docs/scenario-matrix.md with the scenarios that a test run has collected (JSON lines, named by the first argument), or writes it with
 * `--write`. Exit code 1 where it does not fit. To be run by the matrix reporter.
 */
const [collected = '', flag] = process.argv.slice(2);
const root = join(import.meta.dirname, '..', '..', '..');
const page = join(root, 'docs', 'scenario-matrix.md');
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const scenarios = readFileSync(collected, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Scenario)
  .map((one) => ({ ...one, file: relative(root, one.file).replaceAll('\\', '/') }));
const reasons = new Map<string, string | null>();
for (const as of endpoints.keys()) {
  const simulator = await runSimulator({ as, phases: [{ phaseId: 'MgO_225', height: 1 }] }, { log: silent });
  for (const fault of faults.values()) reasons.set(`${fault.id} ${as}`, simulator.whyNot(fault));
  await simulator.close();
}
const text = matrixText(
  [...faults.values()],
  [...endpoints.keys()],
  (fault, driver) => reasons.get(`${fault} ${driver}`) ?? null,
  scenarios,
);
const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
if (flag === '--write') writeFileSync(page, text);
else if (text !== before) {
  const lines = new Set(before.split('\n'));
  const fresh = new Set(text.split('\n'));
  const changes = [
    ...[...lines].filter((line) => !fresh.has(line)).map((line) => `- ${line}`),
    ...[...fresh].filter((line) => !lines.has(line)).map((line) => `+ ${line}`),
  ];
  process.stderr.write(
    `docs/scenario-matrix.md does not fit the tests:\n${changes.slice(0, 20).join('\n')}\nwrite it anew: ${HOW_TO_WRITE}\n`,
  );
  process.exit(1);
}
process.exit(0);
