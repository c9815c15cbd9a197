import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput } from '../domain/errors.ts';
import { fuzzGuard } from './bench/fuzz-guard.ts';
import { runAllCases } from './bench/fuzz-ranges.ts';
import { runThread } from './bench/fuzz-thread.ts';
import { fuzzWires } from './bench/fuzz-wires-run.ts';
import { type Bench, benchResult } from './bench-command.ts';
import { type FuzzFinding, type FuzzFixture, type FuzzReport, fuzzCase } from './bench-fuzz-worker.ts';
import type { Environment, Outcome } from './command.ts';
import { wholeNumber } from './option-values.ts';
import { textTable } from './text-table.ts';

const FIXTURES = fileURLToPath(new URL('../../test/fixtures/formats', import.meta.url));
/** Fixtures are small: a damaged one may take this long and this much memory, garbage included. */
const MAX_CASE_MS = 2000;
const MAX_CASE_BYTES = 384 * 2 ** 20;
const MAX_HEAP_MIB = 1024;

interface FormatTally {
  n: number;
  read: number;
  refused: number;
  slowestMs: number;
}

/** Hostile input of every kind: damaged files, damaged frames, forbidden commands. Each must be refused or understood, soon and in little memory. */
export const benchFuzz: Bench = {
  kind: 'fuzz',
  description:
    'try damaged files, damaged frames and forbidden commands; look for crashes, hangs, hunger for memory and what is let through',
  addOptions: (program) =>
    void program
      .option('--formats [ids]', 'damage files of these formats, separated by commas; all where none is named')
      .option('--wire <ids>', 'damage frames of these wires, separated by commas, or all: each gets its own cases')
      .option('--guard', 'send commands to the guard that it must refuse')
      .option('--n, --cases <cases>', 'how many cases', '100000')
      .option('--seed <n>', 'of the damage', '1'),
  async run(options, environment) {
    const cases = wholeNumber('--cases', options['cases'] ?? '100000', 1);
    const seed = wholeNumber('--seed', options['seed'] ?? '1', 0);
    const { wire } = options;
    // Commander gives `true` for the bare option.
    const named = options['formats'] as string | boolean | undefined;
    const isGuard = options['guard'] !== undefined;
    if ([wire !== undefined, named !== undefined, isGuard].filter(Boolean).length > 1)
      throw badInput('--wire', 'files, frames and commands are not tried in one go', 'give one of --formats, --wire and --guard');
    if (isGuard) return fuzzGuard(cases, seed, environment);
    if (wire !== undefined) return fuzzWires(wire, cases, seed, environment);
    return fuzzFormats(fixturesOf(typeof named === 'string' ? named.split(',') : null), cases, seed, environment);
  },
};

/** Damages the fixtures of formats in many ways: each must be read as something valid or refused with a sentence. */
async function fuzzFormats(fixtures: readonly FuzzFixture[], n: number, seed: number, environment: Environment): Promise<Outcome> {
  const { tallies, findings, peakRssBytes } = await fuzz(fixtures, n, seed, environment);
  const byFormat = [...tallies].map(([format, tally]) => ({ format, ...tally, findings: countOf(findings, format) }));
  const rows = byFormat.map(({ format, n: cases, read, refused, slowestMs, findings: found }) => [
    format,
    ...[cases, read, refused, found].map(String),
    slowestMs.toFixed(0),
  ]);
  const text = [
    textTable(['format', 'files', 'read', 'refused', 'findings', 'slowest ms'], rows),
    ...findings
      .slice(0, 20)
      .map((finding) => `case ${finding.case}, ${finding.formatId}/${finding.fixture}: ${finding.fault}: ${finding.message}`),
    `${n} damaged files, ${findings.length} findings, at most ${(peakRssBytes / 2 ** 20).toFixed(0)} MiB in memory`,
  ].join('\n');
  return {
    result: benchResult('fuzz', n, { fixtures: fixtures.length, byFormat, findings, peakRssMiB: peakRssBytes / 2 ** 20 }),
    text,
    seed,
    warnings: findings.length > 0 ? [{ code: 'findings', message: `${findings.length} damaged files were not handled` }] : [],
  };
}

function countOf(findings: readonly FuzzFinding[], formatId: string): number {
  return findings.filter((finding) => finding.formatId === formatId).length;
}

function fixturesOf(formatIds: readonly string[] | null): FuzzFixture[] {
  const folders = readdirSync(FIXTURES).sort();
  const unknown = formatIds?.find((id) => !folders.includes(id));
  if (unknown !== undefined)
    throw badInput('--formats', `there are no files of a format "${unknown}"`, `choose from: ${folders.join(', ')}`);
  return (formatIds ?? folders).flatMap((formatId) => {
    const folder = join(FIXTURES, formatId);
    return readdirSync(folder).map((name) => ({ formatId, name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
  });
}

/** Runs the cases in a thread of its own; where it hangs or dies, the next case goes on in a new one. */
async function fuzz(fixtures: readonly FuzzFixture[], n: number, seed: number, environment: Environment) {
  const tallies = new Map<string, FormatTally>();
  const findings: FuzzFinding[] = [];
  let peakRssBytes = 0;
  let done = 0;
  const take = (report: FuzzReport): number => {
    for (const { formatId, read, ms } of report.tallies) {
      const tally = tallies.get(formatId) ?? { n: 0, read: 0, refused: 0, slowestMs: 0 };
      tallies.set(formatId, tally);
      tally.n++;
      tally[read ? 'read' : 'refused']++;
      tally.slowestMs = Math.max(tally.slowestMs, ms);
    }
    findings.push(...report.findings);
    peakRssBytes = Math.max(peakRssBytes, report.rssBytes);
    done += report.tallies.length;
    if (environment.interactive && done % 5000 === 0) environment.progress(`${done} of ${n} damaged files`);
    return report.tallies.length;
  };
  await runAllCases<FuzzReport>(
    n,
    (range, taken) => {
      environment.signal.throwIfAborted();
      const job = { fixtures, seed, ...range, maxCaseMs: MAX_CASE_MS, maxCaseBytes: MAX_CASE_BYTES };
      return runThread(new URL('./bench/fuzz-worker.mjs', import.meta.url), job, MAX_HEAP_MIB, taken, environment);
    },
    take,
    ({ at, fault, message }) => {
      const { fixture } = fuzzCase(fixtures, seed, at);
      findings.push({ case: at, formatId: fixture.formatId, fixture: fixture.name, fault, message });
    },
  );
  return { tallies, findings, peakRssBytes };
}
