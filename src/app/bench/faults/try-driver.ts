import { drivers } from '../../../../drivers/registry.ts';
import { faults } from '../../../../simulators/faults/registry.ts';
import { runSimulator } from '../../../../simulators/main.ts';
import { EwaldError } from '../../../domain/errors.ts';
import type { RunStore } from '../../../ports/run-store.ts';
import type { Runtime } from '../../../ports/runtime.ts';
import { type DrawnSchedule, drawSchedule, type Stage } from './draw-schedule.ts';
import { heldScans } from './held.ts';
import { judgeCounts } from './judge-counts.ts';
import { exposureSOf, type FrameReference, judgeFrames } from './judge-frames.ts';
import { judgeSafety } from './judge-safety.ts';
import { runSchedule, type Trial } from './run-schedule.ts';
import { sceneOf } from './scenes.ts';
import { type FaultTally, TallyBook } from './tally.ts';

/** How often a schedule is drawn anew because a fault of it came to nothing. */
const REDRAWS = 8;

export interface TryPlan {
  readonly as: string;
  /** Seeds of schedules, whole names of drawn ones, or schedules themselves. */
  readonly schedules: readonly (number | { readonly seed: number; readonly redraw: number } | DrawnSchedule)[];
  /** Scenes that run side by side. */
  readonly parallel: number;
}

export interface TryDeps {
  readonly store: RunStore;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** Runs the scans of one driver's scene under many schedules of faults and judges every one. Fails where it does not even work without faults. */
export async function tryDriver(plan: TryPlan, deps: TryDeps): Promise<FaultTally> {
  const { as, schedules, parallel } = plan;
  const { store, runtime, signal, progress } = deps;
  const stage = await stageOf(as);
  const reference = await referenceOf(as, store, runtime);
  const book = new TallyBook(as, drivers.find(({ id }) => id === as)?.summary?.wire ?? as);
  const random = runtime.random.fork('faults');
  let runs = 0;
  const tryOne = async (schedule: DrawnSchedule, always: boolean): Promise<boolean> => {
    const runId = `${as}-${++runs}-${schedule.name}`;
    const trial = await runSchedule(as, runId, schedule.yaml, store, runtime);
    const isFired = trial.records.every(({ effects }) => effects.length > 0);
    const held = heldScans(store, runId);
    const counts = reference ? judgeFrames(trial, held, reference) : judgeCounts(trial, held);
    const safety = judgeSafety(trial, schedule.faults);
    book.add(trial, schedule, counts, safety, isFired || always);
    for (const what of [...counts.findings, ...safety.findings])
      progress(`${as} ${schedule.name}: ${what}\n${schedule.yaml}${describe(trial)}`);
    return isFired;
  };
  const trySeed = async (seed: number): Promise<void> => {
    for (let redraw = 0; redraw <= REDRAWS; redraw++) if (await tryOne(drawSchedule(stage, seed, redraw, random), false)) return;
    book.giveUp();
  };
  const waiting = [...schedules];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      if (typeof next === 'number') await trySeed(next);
      else await tryOne('yaml' in next ? next : drawSchedule(stage, next.seed, next.redraw, random), true);
      if (++done % 50 === 0) progress(`${as}: ${done} of ${schedules.length} schedules`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  signal.throwIfAborted();
  return book.result(stage.faults);
}

function describe({ rounds, records }: Trial): string {
  const ends = rounds.map(({ state, verdict }) => `# ${state}: ${verdict}`);
  const effects = records.flatMap(({ effects: all }) => all.map(({ atS, effect }) => `# at ${atS.toFixed(1)} s ${effect}`));
  return [...effects, ...ends].join('\n');
}

async function stageOf(as: string): Promise<Stage> {
  const simulator = await runSimulator({ as, phases: [{ phaseId: 'MgO_225', height: 1 }] }, { log: SILENT });
  const possible = [...faults.values()].filter((fault) => simulator.whyNot(fault) === null && fault.optionsSchema.safeParse({}).success);
  await simulator.close();
  const { spanS, points, countings } = sceneOf[as]!;
  return { as, faults: possible.map(({ id }) => id), spanS, points, scans: countings };
}

/** How often a scan without faults is tried: on a busy computer even that can come too late. */
const CALM_TRIES = 5;

/** What the strip detector sees without faults; null on wires whose counts can be told one by one. */
async function referenceOf(as: string, store: RunStore, runtime: Runtime): Promise<FrameReference | null> {
  if (as !== 'huber-mythen') return null;
  let best: FrameReference | null = null;
  for (let tries = 1; tries <= CALM_TRIES; tries++) {
    const trial = await runSchedule(as, `${as}-calm-${tries}`, '', store, runtime);
    const held = heldScans(store, trial.runId);
    const isWhole = trial.rounds.length === 1 && held.length === sceneOf[as]!.scans.length;
    if (!isWhole || held.some(({ scan }) => scan?.completeness !== 'whole')) continue;
    // Where a frame came too late it was taken again: such a run would ask for more light of all others than they need.
    const exposureS = exposureSOf(trial);
    if (!best || exposureS < best.exposureS) best = { points: held.flatMap(({ points }) => points), exposureS };
    if (trial.box.notes.filter(({ kind }) => kind === 'frame').length <= sceneOf[as]!.countings) break;
  }
  if (best) return best;
  throw new EwaldError(
    'deviceFault',
    as,
    `the driver ${as} measures nothing even without faults`,
    'try again when the computer is less busy',
  );
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
