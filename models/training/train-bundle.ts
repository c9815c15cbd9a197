import { rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Score } from '../../src/analysis/score/score.ts';
import { type Manifest, readManifest } from '../manifest.ts';
import { openEnsemble } from '../onnx-ensemble.ts';
import { objection } from '../self-test.ts';
import { beginTraining, type TrainRequest } from './begin-training.ts';
import { drawFiles, type PatternsJob, poolJobs, sha256OfFiles } from './draw-files.ts';
import { readPatterns } from './patterns-reader.ts';
import { stageProgress } from './progress-clock.ts';
import type { Python } from './python.ts';
import { runChild } from './run-child.ts';
import { scoreVotes } from './score-votes.ts';
import { type MembersJob, measureSpeed, memberFile, trainMembers } from './train-members.ts';
import { checkFolder, loadPlan, savePlan, type TrainPlan, workFolder } from './train-plan.ts';

export interface TrainEnvironment {
  readonly python: Python;
  readonly progress: (line: string) => void;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

export interface TrainResult {
  readonly bundleDir: string;
  readonly modelId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly space: string;
  readonly phases: readonly string[];
  readonly groups: readonly (readonly string[])[];
  readonly skipped: TrainPlan['skipped'];
  readonly members: readonly { readonly id: string; readonly seed: number; readonly patterns: number; readonly epochs: number }[];
  readonly dataSha256: string;
  readonly device: string;
  readonly temperature: number;
  readonly learningCurve: readonly { readonly patterns: number; readonly microF1: number }[];
  readonly simulated: Score;
  readonly real: null;
  readonly memberSpread: number;
  readonly selfTest: { readonly ok: boolean; readonly maxAbsError: number };
  readonly wallS: number;
  /** Processor seconds of all processes; what an earlier start spent on drawing is not in it. */
  readonly cpuS: number;
  /** Patterns that the members had learnt from when an earlier start was stopped; null where this was the first. */
  readonly resumedFrom: number | null;
}

const LEAST_PATTERNS = 2000;
const SCORING = 2000;
/** Share of a budget that is kept for the export, and for what is slower than it was when measured. */
const RESERVE = 0.15;

/** From structures to a bundle that works. Fails with badInput, 'model' or 'interrupted'; after the last the same folder can be resumed. */
export async function trainBundle(request: TrainRequest, environment: TrainEnvironment): Promise<TrainResult> {
  const { progress, nowMs, signal, python } = environment;
  const startMs = nowMs();
  const startCpu = process.cpuUsage();
  const bundleDir = resolve(request.bundleDir);
  checkFolder(bundleDir, request.resume);
  let plan = request.resume ? loadPlan(bundleDir)! : beginTraining(request, bundleDir, progress);
  const folder = workFolder(bundleDir);
  const slots = request.threads ?? availableParallelism();
  const from = { space: plan.space, references: plan.references === null ? null : join(bundleDir, plan.references) };
  let childCpuS = 0;
  const draw = async (stage: string, jobs: readonly PatternsJob[]): Promise<void> => {
    const total = jobs.reduce((sum, { count }) => sum + count, 0);
    childCpuS += await drawFiles(jobs, from, slots, stageProgress(stage, total, nowMs, progress), signal);
  };
  const fixed = fixedJobs(folder, plan);
  const drawMs = nowMs();
  await draw('patterns to be scored on', fixed);
  const drawnPerS = (1000 * fixed.reduce((sum, { count }) => sum + count, 0)) / Math.max(1, nowMs() - drawMs);
  const jobFor = (patterns: number, pool: readonly PatternsJob[]): MembersJob => ({
    python: python.path,
    pool: pool.map(({ path }) => path),
    validation: fixed[0]!.path,
    members: plan.members,
    patterns,
    seed: plan.seed,
    threads: slots,
    hasCuda: python.hasCuda,
    folder,
  });
  if (plan.patterns === null) {
    const learntPerS = await measureSpeed(jobFor(LEAST_PATTERNS, fixed.slice(0, 1)), signal);
    const leftS = (1 - RESERVE) * 60 * plan.budgetMin! - (nowMs() - startMs) / 1000;
    const rounds = Math.ceil((2 * plan.members) / (python.hasCuda ? 1 : slots)) / 2;
    const patterns = Math.max(LEAST_PATTERNS, Math.floor(leftS / (1 / drawnPerS + rounds / learntPerS)));
    progress(`${Math.round(drawnPerS)} patterns drawn and ${Math.round(learntPerS)} learnt a second: ${patterns} patterns for each member`);
    plan = { ...plan, patterns };
    savePlan(bundleDir, plan);
  }
  const patterns = plan.patterns!;
  const pool = poolJobs(folder, patterns, plan.seed);
  await draw('patterns to learn from', pool);
  const dataSha256 = await sha256OfFiles(pool.map(({ path }) => path));
  const learning = stageProgress('learning', plan.members * patterns, nowMs, progress);
  const learntBefore = await trainMembers(jobFor(patterns, pool), learning, signal);
  progress('exporting');
  childCpuS += await exportBundle(bundleDir, plan, { python: python.path, fixed, pool, dataSha256 }, signal);
  const manifest = readManifest(bundleDir);
  const { simulated, report } = await tryOut(bundleDir, fixed[2]!.path, plan.seed);
  rmSync(folder, { recursive: true });
  const { user, system } = process.cpuUsage(startCpu);
  return {
    bundleDir,
    modelId: manifest.modelId,
    sha256: manifest.onnx.sha256,
    sizeBytes: statSync(join(bundleDir, manifest.onnx.file)).size,
    space: plan.space,
    phases: plan.phases,
    groups: plan.groups,
    skipped: plan.skipped,
    members: manifest.members.map(({ memberId, seed, patterns: seen, epochs }) => ({
      id: memberId,
      seed: seed ?? 0,
      patterns: seen ?? 0,
      epochs: epochs ?? 0,
    })),
    dataSha256,
    device: deviceOf(manifest),
    temperature: manifest.temperature,
    learningCurve: manifest.measured?.learningCurve ?? [],
    simulated,
    real: null,
    memberSpread: report.memberSpread,
    selfTest: { ok: objection(report) === null, maxAbsError: report.maxAbsError },
    wallS: (nowMs() - startMs) / 1000,
    cpuS: childCpuS + memberCpuS(manifest) + (user + system) / 1e6,
    resumedFrom: request.resume ? learntBefore : null,
  };
}

/** What is scored on; less where next to nothing is learnt. */
function fixedJobs(folder: string, { seed, patterns }: TrainPlan): PatternsJob[] {
  const count = Math.min(SCORING, Math.max(100, patterns ?? SCORING));
  return [
    { path: join(folder, 'validation.bin'), seed: `${seed}/validation`, count, prior: 'training' },
    { path: join(folder, 'scoring1.bin'), seed: `${seed}/scoring`, count, prior: 'scoring1' },
    { path: join(folder, 'scoring3.bin'), seed: `${seed}/scoring`, count, prior: 'scoring3' },
  ];
}

interface ExportParts {
  readonly python: string;
  readonly fixed: readonly PatternsJob[];
  readonly pool: readonly PatternsJob[];
  readonly dataSha256: string;
}

async function exportBundle(bundleDir: string, plan: TrainPlan, parts: ExportParts, signal: AbortSignal): Promise<number> {
  const script = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));
  const folder = workFolder(bundleDir);
  const about = join(folder, 'about.json');
  writeFileSync(about, JSON.stringify({ ...plan, dataSha256: parts.dataSha256 }));
  const [validation, scoring1, scoring3] = parts.fixed.map(({ path }) => path);
  const members = Array.from({ length: plan.members }, (_, member) => memberFile(folder, member));
  const suites = [`strain to 1 %=${scoring1}`, `strain to 3 %=${scoring3}`].flatMap((suite) => ['--suite', suite]);
  const pool = parts.pool.map(({ path }) => path);
  let cpuS = 0;
  await runChild(
    parts.python,
    [
      script('export.py'),
      '--members',
      ...members,
      '--validation',
      validation!,
      ...suites,
      '--pool',
      ...pool,
      '--about',
      about,
      '--out',
      bundleDir,
    ],
    (event) => {
      cpuS = Number(event['cpuS'] ?? cpuS);
    },
    signal,
  );
  await runChild(parts.python, [script('model_card.py'), bundleDir], () => undefined, signal);
  return cpuS;
}

/** The bundle as the agent will open it: its self-test and its score on patterns it has not seen. */
async function tryOut(bundleDir: string, scoring: string, seed: number) {
  const ensemble = await openEnsemble(bundleDir);
  try {
    return { simulated: await scoreVotes(ensemble, readPatterns(scoring), seed), report: await ensemble.selfTest() };
  } finally {
    await ensemble.close();
  }
}

function deviceOf(manifest: Manifest): string {
  const devices = manifest.members.map((member) => member.device ?? 'cpu');
  return [...new Set(devices)].join(', ');
}

function memberCpuS(manifest: Manifest): number {
  return manifest.members.reduce((sum, member) => sum + (member.cpuS ?? 0), 0);
}
