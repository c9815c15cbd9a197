import { axialParts } from '../../diffraction/aberrations.ts';
import { addPseudoVoigt } from '../../diffraction/profile.ts';
import {
  type Optics,
  type PhaseState,
  type PlacedLines,
  placeLines,
  primaryIndex,
  type Shift,
} from '../../diffraction/simulate-pattern.ts';

/** A standard's lines in an instrument, before they are drawn. */
export interface PlacedStandard {
  readonly lines: PlacedLines;
  /** Number of emission lines, and which of them is the strongest. */
  readonly emissionLines: number;
  readonly primary: number;
  readonly axial: number;
  readonly largestArea: number;
}

/** How one line differs from the instrument's curves. */
export interface LineChange {
  readonly wider?: number;
  readonly offDeg?: number;
}

/**
 * How far profiles are followed, degrees, by the area of the line against the largest. It must not follow the width, or points at the end of a
 * profile come and go with it and slopes mean nothing.
 */
const REACH_DEG = [
  { from: 0.1, deg: 4 },
  { from: 0.01, deg: 2 },
  { from: 0, deg: 1 },
];
/** Weak emission lines have tails that nobody sees. */
const WEAK_EMISSION = 0.1;
const WEAK_REACH_DEG = 1;
/** Axial divergence is split as a strong one would need it on narrow lines, whatever the present one is, so that the model is smooth in it. */
const STRONG_AXIAL = 0.05;
const NARROW_DEG = 0.04;
const MOST_PARTS = 30;

export function placeStandard(phase: PhaseState, optics: Optics, shift: Shift): PlacedStandard {
  const lines = placeLines(phase, optics, shift);
  const emissionLines = optics.radiation.lines.length;
  const primary = primaryIndex(optics.radiation);
  let largestArea = 0;
  for (let at = primary; at < lines.area.length; at += emissionLines) largestArea = Math.max(largestArea, lines.area[at]!);
  return { lines, emissionLines, primary, axial: optics.axial, largestArea };
}

/**
 * Adds line `i` of the standard, over all emission lines, to `out`: counts per second where the line of largest area has the area `areaCpsDeg`.
 * The profile is that of `src/diffraction`, with longer tails.
 */
export function addStandardLine(
  out: Float64Array,
  twoThetaDeg: Float64Array,
  placed: PlacedStandard,
  i: number,
  areaCpsDeg: number,
  { wider = 1, offDeg = 0 }: LineChange = {},
): void {
  const { lines, emissionLines, primary, axial, largestArea } = placed;
  const fromDeg = twoThetaDeg[0]!;
  const toDeg = twoThetaDeg[twoThetaDeg.length - 1]!;
  const own = lines.area[i * emissionLines + primary]! || lines.area[i * emissionLines]!;
  const strongReachDeg = REACH_DEG.find(({ from }) => own >= from * largestArea)!.deg;
  for (let at = i * emissionLines; at < (i + 1) * emissionLines; at++) {
    if (lines.area[at] === 0) continue;
    const fwhm = lines.fwhmDeg[at]! * wider;
    const reach = lines.area[at]! < WEAK_EMISSION * own ? WEAK_REACH_DEG : strongReachDeg;
    const centre = lines.twoThetaDeg[at]! + offDeg;
    if (centre + reach + 1 < fromDeg || centre - reach - 1 > toDeg) continue;
    const area = (lines.area[at]! / largestArea) * areaCpsDeg;
    for (const part of axialParts(centre, axial, fwhm, partsAt(centre)))
      addPseudoVoigt(out, twoThetaDeg, centre + part.offsetDeg, area * part.share, fwhm, lines.eta[at]!, reach);
  }
}

/** Counts per second of the whole standard; `areas` are what the structure says times a factor per line. */
export function standardRates(twoThetaDeg: Float64Array, placed: PlacedStandard, areas: ArrayLike<number>): Float64Array {
  const out = new Float64Array(twoThetaDeg.length);
  for (let i = 0; i < areas.length; i++) if (areas[i] !== 0) addStandardLine(out, twoThetaDeg, placed, i, areas[i]!);
  return out;
}

const partsByDeg = new Map<number, number>();

/** Number of axial parts about an angle, the same over each whole degree. */
function partsAt(twoThetaDeg: number): number {
  const deg = Math.round(twoThetaDeg);
  const known = partsByDeg.get(deg);
  if (known !== undefined) return known;
  // One part stands at the median of the offsets, about a third of the whole spread.
  const medianDeg = Math.abs(axialParts(deg, STRONG_AXIAL, 180)[0]!.offsetDeg);
  const parts = Math.min(MOST_PARTS, Math.max(2, Math.ceil((12 * medianDeg) / NARROW_DEG)));
  partsByDeg.set(deg, parts);
  return parts;
}
