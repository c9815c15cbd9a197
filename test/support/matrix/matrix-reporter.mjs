import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECK = fileURLToPath(new URL('./check-matrix.ts', import.meta.url));

/**
 * Collects the scenarios whose faults took effect (prove-faults.ts). After a run of all tests docs/scenario-matrix.md must fit them; with
 * EWALD_MATRIX=write it is written, whatever tests were run.
 */
// biome-ignore lint/style/noDefaultExport: jest takes a reporter so
export default class MatrixReporter {
  constructor(globalConfig) {
    this.isWhole =
      globalConfig.testPathPatterns.patterns.length === 0 &&
      !globalConfig.testNamePattern &&
      !globalConfig.onlyChanged &&
      !globalConfig.shard &&
      !globalConfig.watch &&
      !globalConfig.watchAll;
    this.mode = process.env.EWALD_MATRIX === 'write' ? 'write' : 'check';
    this.error = undefined;
    if (!this.isWhole && this.mode === 'check') return;
    this.folder = mkdtempSync(join(tmpdir(), 'ewald-matrix-'));
    this.collected = join(this.folder, 'scenarios.jsonl');
    writeFileSync(this.collected, '');
    // The workers are started later and inherit it.
    process.env.EWALD_SCENARIOS = this.collected;
  }

  onRunComplete(_contexts, results) {
    if (this.folder === undefined) return;
    try {
      // A run with failures is none to draw a page from.
      if (!results.wasInterrupted && results.numFailedTests + results.numRuntimeErrorTestSuites === 0) this.draw(results);
      else if (this.mode === 'write') this.error = new Error('docs/scenario-matrix.md was not written: tests failed');
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  draw(results) {
    const passed = new Set();
    for (const { testFilePath, testResults } of results.testResults)
      for (const { fullName, status } of testResults) if (status === 'passed') passed.add(`${testFilePath}\n${fullName}`);
    const lines = readFileSync(this.collected, 'utf8').split('\n').filter(Boolean);
    const kept = lines.filter((line) => {
      const { file, test } = JSON.parse(line);
      return passed.has(`${file}\n${test}`);
    });
    writeFileSync(this.collected, kept.map((line) => `${line}\n`).join(''));
    const args = ['--import', 'tsx', CHECK, this.collected, ...(this.mode === 'write' ? ['--write'] : [])];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status === 0) return;
    process.stderr.write(stderr);
    this.error = new Error('docs/scenario-matrix.md does not fit the tests');
  }

  getLastError() {
    return this.error;
  }
}
