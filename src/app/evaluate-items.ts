import { dirname, join } from 'node:path';
import type { Truth } from '../analysis/score/judge.ts';
import { isAmorphous } from '../analysis/score/match-phases.ts';
import { whyNotThin } from '../analysis/score/thin-pattern.ts';
import { asEwaldError, badInput } from '../domain/errors.ts';
import type { Pattern } from '../domain/pattern.ts';
import { canonicalPhaseId } from '../domain/phase.ts';
import type { Label } from './labels.ts';
import { readPattern } from './read-pattern.ts';
import type { SimulatedScene } from './sim-suites.ts';

/** One pattern to be identified and what is true of it. */
export interface EvaluationItem {
  readonly truth: Truth;
  /** Must it not be answered with confidence? Its phases are then not scored. */
  readonly abstain: boolean;
  readonly pattern: Pattern;
  /** The phase that a suite leaves out of the library; null where none is said. */
  readonly leftOutId: string | null;
}

export interface Skipped {
  readonly id: string;
  readonly reason: string;
}

export interface Selection {
  readonly items: readonly EvaluationItem[];
  readonly skipped: readonly Skipped[];
  /** Ids of files that could not be read; they are among `skipped` too. */
  readonly unreadable: readonly string[];
}

export interface SelectionOptions {
  readonly tag: string | null;
  readonly isThinned: boolean;
  readonly limit: number | null;
}

const ABSTAIN_ROLES: readonly string[] = ['abstain', 'axis-stretched'];
const SCORED_ROLES: readonly string[] = ['normal', 'corrected-label'];

/** The entries with the tag. Throws badInput where there are none. */
export function withTag(labels: readonly Label[], labelsFile: string, tag: string | null): readonly Label[] {
  const tagged = tag === null ? labels : labels.filter(({ tags }) => tags.includes(tag));
  if (tagged.length > 0) return tagged;
  const known = [...new Set(labels.flatMap(({ tags }) => tags))].sort().join(', ');
  throw badInput('--tag', `no scan of ${labelsFile} has the tag '${tag}'`, `choose one of: ${known}`);
}

/** The scans that count for a model with these phases; every other one is named with the reason. */
export async function selectLabels(
  labels: readonly Label[],
  labelsFile: string,
  phaseIds: readonly string[],
  options: Pick<SelectionOptions, 'isThinned' | 'limit'>,
): Promise<Selection> {
  const known = new Set(phaseIds.map(canonicalPhaseId));
  const items: EvaluationItem[] = [];
  const skipped: Skipped[] = [];
  const unreadable: string[] = [];
  for (const label of labels) {
    if (items.length === options.limit) break;
    const reason = whyNotScored(label, known, options.isThinned);
    if (reason !== null) {
      skipped.push({ id: label.id, reason });
      continue;
    }
    try {
      const item = await itemOf(label, labelsFile);
      const cannotThin = options.isThinned ? whyNotThin(item.pattern) : null;
      if (cannotThin) skipped.push({ id: label.id, reason: `cannot be thinned: ${cannotThin}` });
      else items.push(item);
    } catch (error) {
      const reason = asEwaldError(error).message;
      skipped.push({ id: label.id, reason });
      unreadable.push(label.id);
    }
  }
  return { items, skipped, unreadable };
}

/** Null where the scan counts. */
function whyNotScored(label: Label, known: ReadonlySet<string>, isThinned: boolean): string | null {
  if (isThinned && !label.use.includes('thin')) return 'it is not for thinning';
  if (ABSTAIN_ROLES.includes(label.role)) return null;
  if (!SCORED_ROLES.includes(label.role)) return `its role is ${label.role}`;
  if (!label.use.includes('identify')) return 'it is not for identification';
  if (!label.complete) return 'not all of its phases are named';
  const unnamed = label.phases.find(({ phaseId }) => phaseId === null);
  if (unnamed) return `its phase ${unnamed.name ?? '(without a name)'} has no id`;
  const outside = label.phases.map(({ phaseId }) => phaseId!).filter((id) => !isAmorphous(id) && !known.has(canonicalPhaseId(id)));
  return outside.length > 0 ? `outside the model: ${outside.join(', ')}` : null;
}

async function itemOf(label: Label, labelsFile: string): Promise<EvaluationItem> {
  const { pattern } = await readPattern(join(dirname(labelsFile), label.file), {
    scanIndex: null,
    radiation: null,
    fallbackRadiation: label.radiation,
  });
  const truth: Truth = {
    id: label.id,
    clusterId: label.sampleId ?? label.id,
    tags: label.tags,
    certainty: label.certainty,
    phases: label.phases.map(({ phaseId, name, weightFraction }) => ({ phaseId: phaseId ?? name ?? 'unnamed', weightFraction })),
    scoresFractions: label.use.includes('fractions'),
  };
  return { truth, abstain: ABSTAIN_ROLES.includes(label.role), pattern, leftOutId: null };
}

/** Scenes of a simulated suite, all of which count. Throws badInput for an unknown tag. */
export function selectScenes(scenes: readonly SimulatedScene[], options: SelectionOptions): Selection {
  const { tag, limit } = options;
  const tagged = tag === null ? scenes : scenes.filter(({ tags }) => tags.includes(tag));
  if (tagged.length === 0) {
    const known = [...new Set(scenes.flatMap(({ tags }) => tags))].sort().join(', ');
    throw badInput('--tag', `no scene of the suite has the tag '${tag}'`, `choose one of: ${known}`);
  }
  const items = tagged.slice(0, limit ?? tagged.length).map(({ pattern, phases, tags, leftOutId }) => {
    const truth: Truth = { id: pattern.patternId, clusterId: pattern.patternId, tags, certainty: null, phases, scoresFractions: true };
    return { truth, abstain: false, pattern, leftOutId };
  });
  return { items, skipped: [], unreadable: [] };
}
