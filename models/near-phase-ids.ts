import { parseFormula } from '../src/domain/phase.ts';

const SHOWN = 4;

/** The ids most like a misspelled one: by the elements they share, then by how many letters have to be changed. */
export function nearPhaseIds(wanted: string, known: readonly string[]): string[] {
  const own = elementsIn(wanted);
  const ranked = known.map((phaseId) => ({ phaseId, shared: overlap(own, elementsIn(phaseId)), edits: editDistance(wanted, phaseId) }));
  return ranked
    .sort((a, b) => b.shared - a.shared || a.edits - b.edits || (a.phaseId < b.phaseId ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ phaseId }) => phaseId);
}

function elementsIn(phaseId: string): Set<string> {
  const [formula = ''] = phaseId.split('_');
  return new Set(parseFormula(formula)?.keys() ?? formula.match(/[A-Z][a-z]?/g) ?? []);
}

/** Shared elements over all of both, 0..1. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((symbol) => b.has(symbol)).length;
  return shared / Math.max(1, a.size + b.size - shared);
}

/** Least number of letters inserted, deleted or replaced (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
