import { claimed, type DisagreementRegion, type Identification } from '../domain/identification.ts';

/** Colours in the style sheet; the palette of Okabe and Ito without its yellow and black, which one of the two backgrounds would swallow. */
const COLOURS = 6;
/** More phases than this in one figure cannot be told apart. */
export const SHOWN_PHASES = 8;

/** The class that gives a phase its colour, the same in every figure; a second round of the colours is dashed. */
export type PhaseColours = (phaseId: string) => string;

export function phaseColours(phaseIds: readonly string[]): PhaseColours {
  const classes = new Map(phaseIds.map((phaseId, i) => [phaseId, `phase-${i % COLOURS}${i >= COLOURS ? ' again' : ''}`]));
  return (phaseId) => classes.get(phaseId) ?? 'phase-none';
}

/** The phases that a report draws: the claimed ones, then those they are in dispute with, then the next likely ones. */
export function phasesOfInterest(identification: Identification | null, regions: readonly DisagreementRegion[]): string[] {
  if (!identification) return [...new Set(regions.flatMap((region) => region.between))];
  const own = claimed(identification);
  const rivals = own.flatMap((phase) => phase.rivalId ?? []);
  const likely = identification.candidates.filter((phase) => phase.probability >= 0.05).map((phase) => phase.phaseId);
  const ids = [...own.map((phase) => phase.phaseId), ...regions.flatMap((region) => region.between), ...rivals, ...likely];
  return [...new Set(ids)].slice(0, SHOWN_PHASES);
}
