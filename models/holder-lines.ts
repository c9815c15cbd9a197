import { computeReflections } from '../src/diffraction/reflections.ts';
import { type Structure, structuresFromCifText } from '../src/diffraction/structure.ts';
import { badInput } from '../src/domain/errors.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import { braggTwoThetaDeg, dSpacingA, primaryWavelengthA, type Radiation } from '../src/domain/radiation.ts';
import type { HolderKnowledge } from '../src/domain/sample-knowledge.ts';
import { holderCif } from './holders/holder-names.ts';
import type { Voter } from './voter.ts';

/** The lines of a sample holder, for any radiation. */
export interface Holder {
  readonly structure: Structure | null;
  /** As the user read them from a pattern, degrees 2theta. */
  readonly linesDeg: readonly number[];
}

/** Lines of a metal below this share of its strongest are too weak to be told from the sample's, texture or not. */
const LEAST_SHARE = 0.03;
/** Two lines nearer than this are one. */
const SAME_DEG = 0.3;
/** What the network is not shown on either side of a line: it is the width of the line and the height at which holders stand. */
const HIDDEN_DEG = 0.4;

/** Throws badInput for an unknown metal, a CIF file that cannot be used, or angles outside 0 to 180 degrees. */
export function openHolder({ name, cif, linesDeg }: HolderKnowledge): Holder {
  const wrong = linesDeg.find((deg) => !(deg > 1 && deg < 175));
  if (wrong !== undefined)
    throw badInput('--holder-lines', `${wrong} is no angle at which a line can be`, 'give degrees 2theta, such as 38.47,44.72');
  const source = cif ?? (name === null ? null : holderCif(name));
  return { structure: source && structuresFromCifText(source.text, source.file), linesDeg };
}

/** d spacings in angstrom of the holder's lines that fall inside the pattern; lines given by angle were measured with this radiation. */
export function holderSpacingsA(holder: Holder, { twoThetaDeg, radiation }: Pick<Pattern, 'twoThetaDeg' | 'radiation'>): number[] {
  const wavelengthA = primaryWavelengthA(radiation);
  const [fromDeg, toDeg] = [twoThetaDeg[0] ?? 0, twoThetaDeg.at(-1) ?? 0];
  const angles = [...holder.linesDeg, ...structureLinesDeg(holder.structure, radiation, toDeg)].filter(
    (deg) => deg >= fromDeg && deg <= toDeg,
  );
  const apart = angles.filter((deg, i) => !angles.slice(0, i).some((other) => Math.abs(other - deg) < SAME_DEG));
  return apart.sort((a, b) => a - b).map((deg) => dSpacingA(deg, wavelengthA));
}

function structureLinesDeg(structure: Structure | null, radiation: Radiation, toDeg: number): number[] {
  if (!structure) return [];
  const wavelengthA = primaryWavelengthA(radiation);
  const table = computeReflections(structure, { wavelengthA, twoThetaMaxDeg: Math.min(175, toDeg + 1), anode: radiation.anode });
  const strength = table.fSquared.map((value, i) => value * table.multiplicity[i]!);
  const least = LEAST_SHARE * strength.reduce((most, value) => Math.max(most, value), 0);
  return Array.from(table.dA).flatMap((dA, i) => (strength[i]! >= least ? [braggTwoThetaDeg(dA, wavelengthA)] : []));
}

/** The voter with the holder's lines out of its sight: the network knows no metals and would take them for lines of oxides. */
export function blindTo(voter: Voter, holder: Holder): Voter {
  const hidden = (pattern: Pattern): Pattern => withoutLines(pattern, holderSpacingsA(holder, pattern));
  return {
    votes: (pattern) => voter.votes(hidden(pattern)),
    maps: (pattern, phaseIds) => voter.maps(hidden(pattern), phaseIds),
    close: () => voter.close(),
  };
}

function withoutLines(pattern: Pattern, spacingsA: readonly number[]): Pattern {
  const wavelengthA = primaryWavelengthA(pattern.radiation);
  const linesDeg = spacingsA.map((dA) => braggTwoThetaDeg(dA, wavelengthA));
  const seen = (_: number, i: number) => !linesDeg.some((deg) => Math.abs(deg - pattern.twoThetaDeg[i]!) < HIDDEN_DEG);
  return {
    ...pattern,
    twoThetaDeg: pattern.twoThetaDeg.filter(seen),
    counts: pattern.counts.filter(seen),
    liveS: pattern.liveS.filter(seen),
  };
}
