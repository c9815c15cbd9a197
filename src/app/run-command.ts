import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { asEwaldError, badInput, EwaldError } from '../domain/errors.ts';
import { loadResumable } from '../loop/run.ts';
import type { RunStore } from '../ports/run-store.ts';
import { htmlReport } from '../report/html-report.ts';
import { resultTable } from '../report/result-table.ts';
import { readRunRecord } from '../report/run-record.ts';
import { runResultOf } from '../report/run-result.ts';
import { terminalView } from '../report/terminal-view.ts';
import { openRunStore } from '../store/sqlite-run-store.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { readConfig } from './compose.ts';
import { VERSION } from './envelope.ts';
import { judgement } from './is-right.ts';
import { planOutcome } from './plan-outcome.ts';
import { runSeeds } from './run-seeds.ts';
import { runSession, type SessionResult } from './run-session.ts';
import { findingWarnings, toldWarnings } from './told-text.ts';

interface RunFlags {
  readonly config?: string;
  readonly resume?: string;
  readonly seeds?: string;
  readonly plan?: boolean;
  readonly speed?: string;
}

export const runCommand: CommandPlugin = {
  name: 'run',
  register(program, execute) {
    program
      .command('run')
      .description('measure a sample until its phases are known, or the budget is spent')
      .requiredOption('--config <file>', 'the run: instrument, goal, policy, model (see config/demo.yaml)')
      .option('--resume <run>', 'go on with a run that was paused, broken off or killed')
      .option('--seeds <range>', 'with a simulator: one run per seed, e.g. 1..40, and a summary')
      .option('--plan', 'what the run would do first and cost at most; nothing moves')
      .option('--speed <factor>', "with a simulator: instrument seconds per second, or 'max'")
      .action((flags: RunFlags) => execute('run', (environment) => run(flags, environment)));
  },
};

async function run(flags: RunFlags, environment: Environment): Promise<Outcome> {
  const config = withSpeed(readConfig(flags.config ?? ''), flags.speed);
  if (flags.plan) return planOutcome(config, environment);
  const store = openRunStore(config.store.folder);
  try {
    if (flags.seeds) return await runSeeds(config, flags.seeds, store, environment);
    return await runOne(config, flags.resume ?? null, store, environment);
  } finally {
    store.close();
  }
}

function withSpeed(config: Config, speed: string | undefined): Config {
  if (speed === undefined) return config;
  if (!config.simulator)
    throw badInput('--speed', '--speed is for a simulated instrument, and this config has a real one', 'leave --speed out');
  return { ...config, simulator: { ...config.simulator, speed } };
}

/** Ids that sort by time. */
export function newRunId(nowMs: number): string {
  return `run-${new Date(nowMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')}-${randomUUID().slice(0, 4)}`;
}

async function runOne(config: Config, resume: string | null, store: RunStore, environment: Environment): Promise<Outcome> {
  const { runtime } = environment;
  const startMs = runtime.clock.monotonicMs();
  // Before anything is started or connected: a wrong name should not cost a minute.
  if (resume !== null) loadResumable(store, resume);
  const runId = resume ?? newRunId(runtime.clock.nowMs());
  const view = terminalView({
    runId,
    goal: config.goal,
    write: (text) => void process.stderr.write(text),
    interactive: environment.interactive,
    columns: process.stderr.columns ?? 100,
    nowMs: () => runtime.clock.monotonicMs(),
  });
  let session: SessionResult;
  try {
    session = await runSession({
      config,
      runtime,
      store,
      signal: environment.signal,
      runId,
      resume: resume !== null,
      onOpen: (identity, capabilities) => view.open(identity, capabilities),
      onProgress: (progress) => view.show(progress),
    });
  } finally {
    view.close();
  }
  return outcomeOf(config, runId, session, store, environment, (runtime.clock.monotonicMs() - startMs) / 1000);
}

/** The report is written for every ending; a fault or an interrupt is an error only in its exit code. */
function outcomeOf(
  config: Config,
  runId: string,
  session: SessionResult,
  store: RunStore,
  environment: Environment,
  wallS: number,
): Outcome {
  const { state, context, identity, truth } = session;
  const record = readRunRecord(store, runId);
  const reportFile = join(config.store.folder, `${runId}.html`);
  const report = htmlReport(record, {
    curves: record.identification?.curves ?? null,
    simulated: identity.simulated,
    version: VERSION,
    generatedAtMs: environment.runtime.clock.nowMs(),
  });
  const warnings = [...findingWarnings(context.scanFindings), ...(record.identification ? toldWarnings(record.identification) : [])];
  try {
    writeFileSync(reportFile, report);
  } catch (error) {
    warnings.push({ code: 'report', message: `the report could not be written: ${asEwaldError(error).message}` });
  }
  if (state === 'faulted')
    throw new EwaldError(
      'deviceFault',
      identity.instrumentId,
      `the safe state could not be confirmed: ${context.verdict?.reason ?? 'unknown reason'}`,
      'go to the instrument and close its shutter by hand',
    );
  if (context.faultCode === 'busy' && context.scans.length === 0)
    throw new EwaldError(
      'busy',
      identity.instrumentId,
      `${identity.instrumentId} is in use, and nothing was measured: ${context.verdict?.reason ?? 'another client holds it'}`,
      'wait until the other client has finished, then start again',
    );
  if (state === 'paused')
    throw new EwaldError(
      'interrupted',
      runId,
      `the run ${runId} is paused and the instrument is safe`,
      `go on with: ewald run --config FILE --resume ${runId}`,
    );
  const result = {
    ...runResultOf(record, { estimateS: null, wallS, driver: config.instrument.driver, simulated: identity.simulated, reportFile }),
    truth,
  };
  const told = truth
    ? `\n\nThe simulated sample held ${truth.phaseIds.join(', ')}: ${judgement(context.goal, context.verdict, truth.right)}.`
    : '';
  return {
    result,
    text: `${resultTable(record)}${told}\n\nReport: ${reportFile}`,
    exitCode: exitCodeFor(session),
    simulated: identity.simulated,
    seed: config.seed,
    warnings,
  };
}

export function exitCodeFor({ context }: SessionResult): number {
  switch (context.verdict?.kind) {
    case 'accept':
      return 0;
    case 'fault':
      return context.faultCode === 'model' || context.faultCode === 'store' ? 5 : 4;
    case 'aborted':
      return 130;
    default:
      return 3;
  }
}
