import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { badInput } from '../domain/errors.ts';
import type { FittedCurves } from '../domain/fitted-curves.ts';
import { loadCheckpoint } from '../loop/checkpoint.ts';
import { spentS } from '../loop/context.ts';
import type { RunStore } from '../ports/run-store.ts';
import { htmlReport } from '../report/html-report.ts';
import { dateText, durationText } from '../report/quantity-text.ts';
import { alignColumns, resultTable } from '../report/result-table.ts';
import { type RunRecord, readRunRecord } from '../report/run-record.ts';
import { runResultOf } from '../report/run-result.ts';
import { openRunStore } from '../store/sqlite-run-store.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { VERSION } from './envelope.ts';

interface ReportFlags {
  readonly store: string;
  readonly list?: boolean;
  readonly out?: string;
}

type CurvesOf = (record: RunRecord) => Promise<FittedCurves | null>;

/** `curvesOf` gives the fit that the figures show; null draws them without it. */
export function makeReportCommand(curvesOf: CurvesOf): CommandPlugin {
  return {
    name: 'report',
    register(program, execute) {
      program
        .command('report')
        .argument('[run]', 'the run; without it the newest one')
        .description('write the report of a run as one HTML file')
        .option('--store <folder>', 'folder of the run store', 'runs')
        .option('--list', 'list the runs of the store')
        .option('--out <file>', 'where to write the report (default: RUN.html in the store)')
        .action((runId: string | undefined, flags: ReportFlags) =>
          execute('report', (environment) => report(runId, flags, environment, curvesOf)),
        );
    },
  };
}

async function report(runId: string | undefined, flags: ReportFlags, { runtime }: Environment, curvesOf: CurvesOf): Promise<Outcome> {
  const store = openExisting(flags.store);
  try {
    if (flags.list) return listRuns(store, flags.store);
    const record = readRunRecord(store, runId ?? newestRun(store, flags.store));
    const file = resolve(flags.out ?? join(flags.store, `${fileName(record.runId)}.html`));
    const { origin } = record;
    const curves = await curvesOf(record);
    await write(file, htmlReport(record, { curves, simulated: null, version: VERSION, generatedAtMs: runtime.clock.nowMs() }));
    const run = runResultOf(record, {
      estimateS: null,
      wallS: origin.startedAtMs === null || origin.lastEntryAtMs === null ? Number.NaN : (origin.lastEntryAtMs - origin.startedAtMs) / 1000,
      driver: origin.driver,
      simulated: origin.simulated,
      reportFile: file,
    });
    const text = `${resultTable(record)}\n\nreport: ${file}`;
    return { result: { reportFile: file, run }, text, simulated: origin.simulated, seed: record.context.seed };
  } finally {
    store.close();
  }
}

/** A report only reads: it does not make the store that it is told to read. */
function openExisting(folder: string): RunStore {
  if (!existsSync(join(folder, 'ewald.db')))
    throw badInput(folder, `there is no run store in the folder ${folder}`, 'name the folder of the runs with --store FOLDER');
  return openRunStore(folder);
}

function newestRun(store: RunStore, folder: string): string {
  const newest = store.runs().at(-1);
  if (!newest) throw badInput(folder, `the run store in ${folder} holds no run`, 'begin one with: ewald run');
  return newest.runId;
}

function listRuns(store: RunStore, folder: string): Outcome {
  const runs = store.runs().map(({ runId, createdMs }) => {
    const context = loadCheckpoint(store, runId);
    return {
      runId,
      createdAt: new Date(createdMs).toISOString(),
      sampleId: context.sampleId,
      verdict: context.verdict?.kind ?? null,
      cycles: context.cycle,
      instrumentS: spentS(context),
    };
  });
  const rows = runs.map((run) => [
    run.runId,
    dateText(Date.parse(run.createdAt)),
    run.sampleId,
    run.verdict ?? 'not finished',
    String(run.cycles),
    durationText(run.instrumentS),
  ]);
  const header = ['run', 'begun', 'sample', 'verdict', 'cycles', 'instrument'];
  const text = rows.length > 0 ? alignColumns([header, ...rows], new Set([0, 1, 2, 3])).join('\n') : `no runs in ${folder}`;
  return { result: { runs }, text };
}

/** A run's name may hold what a file's may not. */
function fileName(runId: string): string {
  return runId.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_') || 'run';
}

async function write(file: string, html: string): Promise<void> {
  try {
    await writeFile(file, html);
  } catch (error) {
    throw badInput(file, `the report ${file} cannot be written`, 'name another file with --out FILE', error);
  }
}
