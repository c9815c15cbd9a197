/** Identity of a phase: `<reduced formula>_<space group number>[_<suffix>]`, e.g. ZrO2_14, La(OH)3_176, LiOH-H2O_12, Nb2O5_0_TT. */
export interface PhaseName {
  readonly formula: string;
  readonly spaceGroup: number;
  readonly suffix: string | null;
}

const PHASE_ID = /^([A-Za-z0-9().]+(?:-\d*H2O)?)_(\d{1,3})(?:_([A-Za-z0-9-]+))?$/;

/** Null where the text is not a phase id. */
export function parsePhaseId(text: string): PhaseName | null {
  const match = PHASE_ID.exec(text);
  if (!match) return null;
  const spaceGroup = Number(match[2]);
  if (spaceGroup > 230) return null;
  return { formula: match[1]!, spaceGroup, suffix: match[3] ?? null };
}

/** Amounts of each element, brackets multiplied out, water of crystallisation counted: LiOH-H2O -> Li 1, O 2, H 3. Null where the text is not a formula. */
export function parseFormula(formula: string): Map<string, number> | null {
  const hydrate = /^(.+)-(\d*)H2O$/.exec(formula);
  if (!hydrate) return parsePart(formula);
  const sum = parsePart(hydrate[1]!);
  if (!sum) return null;
  const waters = hydrate[2] === '' ? 1 : Number(hydrate[2]);
  sum.set('H', (sum.get('H') ?? 0) + 2 * waters);
  sum.set('O', (sum.get('O') ?? 0) + waters);
  return sum;
}

function parsePart(formula: string): Map<string, number> | null {
  const tokens = formula.match(/[A-Z][a-z]?|\d+(?:\.\d+)?|[()]/g);
  if (!tokens || tokens.join('') !== formula) return null;
  const stack: Map<string, number>[] = [new Map()];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (/^\d/.test(token)) return null;
    if (token === '(') {
      stack.push(new Map());
      continue;
    }
    const next = tokens[i + 1];
    const times = next !== undefined && /^\d/.test(next) ? Number(next) : 1;
    if (next !== undefined && /^\d/.test(next)) i++;
    if (token === ')') {
      const inner = stack.pop();
      const outer = stack.at(-1);
      if (!inner || !outer) return null;
      for (const [element, amount] of inner) outer.set(element, (outer.get(element) ?? 0) + amount * times);
    } else {
      const top = stack.at(-1)!;
      top.set(token, (top.get(token) ?? 0) + times);
    }
  }
  return stack.length === 1 ? stack[0]! : null;
}

/** Do two ids mean the same phase? Compared by composition, number and suffix, so LiOH_129 equals LiHO_129. */
export function samePhase(a: string, b: string): boolean {
  if (a === b) return true;
  return canonicalPhaseId(a) === canonicalPhaseId(b);
}

/** A spelling-independent key of the id; ids that cannot be parsed are their own key. */
export function canonicalPhaseId(phaseId: string): string {
  const name = parsePhaseId(phaseId);
  const amounts = name && parseFormula(name.formula);
  if (!name || !amounts) return phaseId;
  const composition = [...amounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([element, amount]) => `${element}${amount}`);
  return `${composition.join('')}_${name.spaceGroup}${name.suffix ? `_${name.suffix}` : ''}`;
}
