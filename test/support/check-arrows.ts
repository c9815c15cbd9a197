import { join } from 'node:path';
import { findViolations } from './arrows/find-violations.ts';
import { loadTree } from './arrows/load-tree.ts';
import { readSources } from './arrows/read-source.ts';
import { selfTest } from './arrows/self-test.ts';

/**
 * Checks the import arrows: one line per wrong arrow, exit code 1 where there is one. With `--self-test` it plants one file of each forbidden
 * kind in a list of its own and fails where one is not caught. With `--json` it prints one JSON document.
 */
const json = process.argv.includes('--json');
const tree = readSources(loadTree(join(import.meta.dirname, '..', '..')));
const violations = findViolations(tree);

if (process.argv.includes('--self-test')) {
  const { planted, caught, violations: reported, missed } = selfTest(tree, violations);
  for (const plant of missed) process.stderr.write(`not caught: ${plant.from} -> ${plant.to}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ planted, caught, violations: reported })}\n`);
  else process.stdout.write(`${planted} planted, ${caught} caught\n`);
  if (caught < planted) process.exitCode = 1;
} else {
  const lines = violations.map(({ from, to, rule, why }) => `${from} -> ${to}: ${rule} (${why})`);
  if (json) process.stdout.write(`${JSON.stringify({ files: tree.size, violations })}\n`);
  else process.stdout.write([...lines, `${tree.size} files, ${violations.length} wrong arrows`, ''].join('\n'));
  if (violations.length > 0) process.exitCode = 1;
}
