import type { Config } from '../../config/schema.ts';
import type { Verdict } from '../domain/decision.ts';
import { badInput } from '../domain/errors.ts';
import { spentS } from '../loop/context.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readRunRecord } from '../report/run-record.ts';
import { runResultOf } from '../report/run-result.ts';
import type { Environment, Outcome } from './command.ts';
import { newRunId } from './run-command.ts';
import { runSession } from './run-session.ts';

const MAX_SEEDS = 10_000;

/** One simulated run per seed, scored against the truth that each simulator wrote; the runs stay in the store. */
export async function runSeeds(config: Config, range: string, store: RunStore, environment: Environment): Promise<Outcome> {
  const seeds = parseSeeds(range);
  if (!config.simulator)
    throw badInput(
      '--seeds',
      'several seeds need a simulator, and this config has a real instrument',
      'use a config with a simulator, such as config/demo.yaml',
    );
  const runs: Record<string, unknown>[] = [];
  const tally = { n: 0, acceptRight: 0, acceptWrong: 0, inconclusive: 0, novel: 0, fault: 0 };
  const times: number[] = [];
  const startMs = environment.runtime.clock.monotonicMs();
  for (const seed of seeds) {
    if (environment.signal.aborted) throw environment.signal.reason;
    const runId = `${newRunId(environment.runtime.clock.nowMs())}-s${seed}`;
    const beganMs = environment.runtime.clock.monotonicMs();
    const own = { ...config, seed, simulator: { ...config.simulator, seed } };
    const session = await runSession({
      config: own,
      runtime: environment.runtime,
      store,
      signal: environment.signal,
      runId,
      resume: false,
      onProgress: () => undefined,
    });
    // An interrupted run is no result: it must not count as a fault.
    if (environment.signal.aborted) throw environment.signal.reason;
    const { context, truth, identity } = session;
    const wallS = (environment.runtime.clock.monotonicMs() - beganMs) / 1000;
    runs.push({
      ...runResultOf(readRunRecord(store, runId), {
        estimateS: null,
        wallS,
        driver: config.instrument.driver,
        simulated: identity.simulated,
        reportFile: null,
      }),
      truth,
      seed,
    });
    times.push(spentS(context));
    tally.n++;
    const kind = context.verdict?.kind ?? 'fault';
    if (kind === 'accept') tally[truth?.right ? 'acceptRight' : 'acceptWrong']++;
    else if (kind === 'inconclusive' || kind === 'novel') tally[kind]++;
    else tally.fault++;
    const leftS = ((environment.runtime.clock.monotonicMs() - startMs) / 1000 / tally.n) * (seeds.length - tally.n);
    environment.progress(
      `seed ${seed}: ${kind}${kind === 'accept' ? (truth?.right ? ', right' : ', WRONG') : ''}; ${answerText(context.verdict)}, there was ${truth?.phaseIds.join(', ')}; ${spentS(context).toFixed(0)} s instrument time; about ${leftS.toFixed(0)} s left`,
    );
  }
  const summary = { ...tally, instrumentSMedian: median(times) };
  const text = `${tally.n} simulated runs: accepted right ${tally.acceptRight}, accepted wrong ${tally.acceptWrong}, inconclusive ${tally.inconclusive}, novel ${tally.novel}, faults ${tally.fault}; median instrument time ${summary.instrumentSMedian.toFixed(0)} s`;
  return { result: { runs, summary }, text, simulated: true };
}

/** What the run said, in few words. */
function answerText(verdict: Verdict | null): string {
  if (verdict?.confirmed !== undefined) return verdict.confirmed ? 'said yes' : 'said no';
  return `named ${verdict?.phaseIds.join(', ') || 'nothing'}`;
}

export function parseSeeds(range: string): number[] {
  const match = /^(\d+)\.\.(\d+)$/.exec(range);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || to < from || to - from >= MAX_SEEDS) throw badInput('--seeds', `'${range}' is no range of seeds`, 'write --seeds 1..40');
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length === 0 ? 0 : sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
