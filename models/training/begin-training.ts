import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { groupLookAlikes } from '../references/group-look-alikes.ts';
import { loadReferences, titleOfSpace } from '../references/load-references.ts';
import { readCifs } from './read-cifs.ts';
import { savePlan, type TrainPlan, workFolder } from './train-plan.ts';
import { writeReferences } from './write-references.ts';

export interface TrainRequest {
  /** A folder of CIF files or a reference space; not looked at where `resume`. */
  readonly from: { readonly cifs: string } | { readonly space: string } | null;
  readonly bundleDir: string;
  readonly members: number;
  readonly patterns: number | null;
  readonly budgetMin: number | null;
  readonly threads: number | null;
  readonly seed: number;
  readonly resume: boolean;
}

/** What a member learns from where neither patterns nor a budget were named. */
const DEFAULT_PATTERNS = 100_000;
/** Reads the structures, groups those that cannot be told apart, and writes down what is to be done. */
export function beginTraining(request: TrainRequest, bundleDir: string, progress: (line: string) => void): TrainPlan {
  const name = basename(bundleDir)
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .toLowerCase();
  const { members, seed, budgetMin } = request;
  const patterns = request.patterns ?? (budgetMin === null ? DEFAULT_PATTERNS : null);
  const common = { schema: 'ewald.training/1' as const, seed, members, patterns, budgetMin };
  let plan: TrainPlan;
  if (request.from && 'cifs' in request.from) {
    const { phases, skipped } = readCifs(request.from.cifs);
    for (const { file, reason } of skipped) progress(`left out ${file}: ${reason}`);
    progress(`${phases.length} structures; looking for those that cannot be told apart`);
    const groups = groupLookAlikes(phases);
    const title = `Phases of ${basename(resolve(request.from.cifs))}`;
    mkdirSync(workFolder(bundleDir), { recursive: true });
    writeReferences(join(bundleDir, 'references'), { spaceId: name, title }, phases, groups);
    const ids = phases.map(({ phaseId }) => phaseId);
    plan = { ...common, modelId: `${name}-1`, title, space: name, references: 'references', phases: ids, groups, skipped };
  } else {
    const space = request.from?.space ?? '';
    const phases = loadReferences(space);
    const groups = groupLookAlikes(phases);
    mkdirSync(workFolder(bundleDir), { recursive: true });
    const ids = phases.map(({ phaseId }) => phaseId);
    plan = { ...common, modelId: `${space}-1`, title: titleOfSpace(space), space, references: null, phases: ids, groups, skipped: [] };
  }
  for (const group of plan.groups) progress(`a powder pattern cannot tell apart: ${group.join(', ')}`);
  savePlan(bundleDir, plan);
  return plan;
}
