import { parsePhaseId } from '../domain/phase.ts';

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** A formula with its amounts set low: ZrO2 -> ZrO₂. */
export function formulaText(formula: string): string {
  return formula.replace(/(?<=[A-Za-z)])[\d.]+/g, (amount) => amount.replace(/\d/g, (digit) => SUBSCRIPTS[Number(digit)]!));
}

/** ZrO2_14 -> ZrO₂ (14); the number is that of the space group. Ids that cannot be parsed are shown as they are. */
export function phaseText(phaseId: string): string {
  const name = parsePhaseId(phaseId);
  if (!name) return phaseId;
  const kind = name.spaceGroup === 0 ? 'amorphous' : String(name.spaceGroup);
  return `${formulaText(name.formula)} (${name.suffix ? `${kind}, ${name.suffix}` : kind})`;
}

/** A + B + C, or the words for an empty set. */
export function phaseSetText(phaseIds: readonly string[], empty = 'no phase'): string {
  return phaseIds.length === 0 ? empty : phaseIds.map(phaseText).join(' + ');
}
