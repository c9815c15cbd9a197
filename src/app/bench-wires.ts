import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/schema.ts';
import type { Verdict } from '../domain/decision.ts';
import { badInput } from '../domain/errors.ts';
import type { Scan } from '../domain/scan.ts';
import { spentS } from '../loop/context.ts';
import { integrityOf } from '../report/run-result.ts';
import { openRunStore } from '../store/sqlite-run-store.ts';
import { type CountsComparison, compareCounts } from './bench/compare-counts.ts';
import { configFor, type WireSetup, wireSetups } from './bench/wire-configs.ts';
import { type Bench, benchResult } from './bench-command.ts';
import type { Environment } from './command.ts';
import { readConfig } from './compose.ts';
import { wholeNumber } from './option-values.ts';
import { runSession } from './run-session.ts';
import { textTable } from './text-table.ts';

const DEMO = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));

interface WireRun {
  readonly wire: string;
  readonly verdict: Verdict | null;
  readonly right: boolean | null;
  readonly cycles: number;
  readonly scans: number;
  readonly points: number;
  readonly countsSum: number;
  readonly instrumentS: number;
  readonly wallS: number;
  /** Against the run over the first wire. */
  readonly counts: CountsComparison;
  /** Why not all counts can be the same; null where they can. */
  readonly apart: string | null;
}

/** The same adaptive run of the same sample through every wire: do they end in the same verdict, and where are the counts the same? */
export const benchWires: Bench = {
  kind: 'wires',
  description: 'make the same adaptive run through every wire, and compare verdicts and counts',
  addOptions: (program) =>
    void program
      .option('--seed <n>', 'of the sample and its counts', '25')
      .option('--config <file>', 'sample, goal, policy and model are those of this config', DEMO)
      .option('--wires <list>', 'some wires only, such as mqtt,daco-mp; the others are held against the first'),
  async run(options, environment) {
    const seed = wholeNumber('--seed', options['seed'] ?? '25', 0);
    const base = readConfig(options['config'] ?? DEMO);
    if (!base.simulator)
      throw badInput('--config', 'this config has a real instrument', 'use a config with a simulator, such as config/demo.yaml');
    const folder = mkdtempSync(join(tmpdir(), 'ewald-wires-'));
    try {
      const setups = chosen(wireSetups(folder), options['wires']);
      const runs = await runEach(setups, base, seed, join(folder, 'runs'), environment);
      const answers = new Set(runs.map(({ verdict }) => JSON.stringify([verdict?.kind, [...(verdict?.phaseIds ?? [])].sort()])));
      const sameVerdict = answers.size === 1;
      return {
        result: benchResult('wires', runs.length, { seed, sameVerdict, runs: runs.map(plain) }),
        text: tableOf(runs, sameVerdict),
        seed,
        simulated: true,
        warnings: sameVerdict
          ? []
          : [{ code: 'verdictsDiffer', message: `the runs of seed ${seed} end in ${answers.size} different verdicts` }],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function chosen(setups: readonly WireSetup[], list: string | undefined): readonly WireSetup[] {
  if (list === undefined) return setups;
  return list.split(',').map((wanted) => {
    const setup = setups.find(({ as }) => as === wanted.trim());
    if (!setup) throw badInput('--wires', `there is no wire '${wanted}'`, `choose from ${setups.map(({ as }) => as).join(', ')}`);
    return setup;
  });
}

async function runEach(
  setups: readonly WireSetup[],
  base: Config,
  seed: number,
  folder: string,
  { runtime, signal, progress }: Environment,
): Promise<WireRun[]> {
  const store = openRunStore(folder);
  const runs: WireRun[] = [];
  let first: readonly Scan[] | null = null;
  try {
    for (const setup of setups) {
      const runId = `wires-${setup.as}`;
      const beganMs = runtime.clock.monotonicMs();
      const config = configFor(setup, base, seed);
      const { context, truth } = await runSession({ config, runtime, store, signal, runId, resume: false, onProgress: () => undefined });
      if (signal.aborted) throw signal.reason;
      const scans = context.scans.flatMap(({ scanId }) => store.getScan(runId, scanId) ?? []);
      first ??= scans;
      const { verdict } = context;
      runs.push({
        wire: setup.as,
        verdict,
        right: truth?.right ?? null,
        cycles: context.cycles.length,
        scans: scans.length,
        points: scans.reduce((sum, scan) => sum + scan.counts.length, 0),
        countsSum: integrityOf(context).countsSum,
        instrumentS: spentS(context),
        wallS: (runtime.clock.monotonicMs() - beganMs) / 1000,
        counts: compareCounts(scans, first),
        apart: setup.apart,
      });
      progress(`${setup.as}: ${verdict?.kind ?? 'no verdict'}, ${verdict?.phaseIds.join(', ') || 'nothing'}; ${verdict?.reason ?? ''}`);
    }
  } finally {
    store.close();
  }
  return runs;
}

function plain({ verdict, ...run }: WireRun): Record<string, unknown> {
  return {
    ...run,
    verdict: verdict?.kind ?? null,
    reasonCode: verdict?.reasonCode ?? null,
    phaseIds: verdict?.phaseIds ?? [],
    setProbability: verdict?.setProbability ?? null,
  };
}

function tableOf(runs: readonly WireRun[], sameVerdict: boolean): string {
  const rows = runs.map((run) => [
    run.wire,
    `${run.verdict?.kind ?? 'none'}${run.right === null ? '' : run.right ? ', right' : ', WRONG'}`,
    run.verdict?.phaseIds.join(' ') ?? '',
    run.verdict?.setProbability?.toFixed(3) ?? '-',
    String(run.cycles),
    String(run.scans),
    String(run.points),
    String(run.countsSum),
    run.instrumentS.toFixed(0),
    run.wallS.toFixed(0),
  ]);
  const headings = ['wire', 'verdict', 'phases', 'set', 'cycles', 'scans', 'points', 'counts', 'instrument s', 'wall s'];
  return [
    textTable(headings, rows),
    '',
    sameVerdict ? 'Every wire ends in the same verdict with the same phases.' : 'The verdicts DIFFER.',
    ...runs.slice(1).map((run) => countsSentence(run, runs[0]!.wire)),
  ].join('\n');
}

function countsSentence({ wire, scans, counts, apart }: WireRun, first: string): string {
  const { alike, identical } = counts;
  const same = `${wire}: ${alike} of ${scans} scans stand where ${first} has one of the same raster, dwell and visit; the counts of ${identical} are identical`;
  return apart === null || (alike === scans && identical === scans) ? `${same}.` : `${same} (${apart}).`;
}
