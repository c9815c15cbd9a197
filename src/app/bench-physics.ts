import { readFileSync } from 'node:fs';
import { lorentzPolarisation } from '../diffraction/lorentz-polarisation.ts';
import { computeReflections } from '../diffraction/reflections.ts';
import { type Structure, structureFromCif } from '../diffraction/structure.ts';
import { parseCif } from '../domain/cif-syntax.ts';
import { badInput } from '../domain/errors.ts';

/** Lines of one structure as an independent program gives them. */
export interface ReferenceLines {
  readonly name: string;
  readonly about: string;
  readonly cell: readonly number[];
  /** Separated by semicolons. */
  readonly operators: string;
  /** label, species, x, y, z, occupancy, B in angstrom^2. */
  readonly sites: readonly (readonly [string, string, number, number, number, number, number])[];
  /** Ascending, equally long; intensity relative to the strongest, lines above 0.01. */
  readonly twoThetaDeg: readonly number[];
  readonly intensity: readonly number[];
}

export interface PhysicsReference {
  readonly program: string;
  readonly version: string;
  readonly wavelengthA: number;
  readonly anode: string;
  readonly twoThetaDeg: readonly [number, number];
  readonly structures: readonly ReferenceLines[];
}

export interface PhysicsComparison {
  readonly name: string;
  readonly about: string;
  readonly lines: number;
  readonly maxPositionDeg: number;
  /** Largest difference, as a fraction of the strongest line. */
  readonly maxIntensity: number;
}

export interface PhysicsResult {
  readonly program: string;
  readonly version: string;
  readonly structures: readonly PhysicsComparison[];
  readonly maxPositionDeg: number;
  readonly maxIntensity: number;
}

const DEFAULT_FILE = new URL('../../test/golden/powder-lines.json', import.meta.url);
/** Lines closer than this are compared as one, since the two programs may join them differently. */
const JOINED_DEG = 0.004;

/** Holds our lines against those of the independent program in the reference file. Fails with badInput where the file cannot be read. */
export function benchPhysics(options: { readonly referenceFile?: string } = {}): PhysicsResult {
  const reference = readReference(options.referenceFile ?? DEFAULT_FILE);
  const structures = reference.structures.map((lines) => comparePhysics(reference, lines));
  return {
    program: reference.program,
    version: reference.version,
    structures,
    maxPositionDeg: Math.max(...structures.map((entry) => entry.maxPositionDeg)),
    maxIntensity: Math.max(...structures.map((entry) => entry.maxIntensity)),
  };
}

function readReference(file: string | URL): PhysicsReference {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PhysicsReference;
  } catch (error) {
    throw badInput(
      String(file),
      `the reference lines ${String(file)} cannot be read`,
      'give a file like test/golden/powder-lines.json',
      error,
    );
  }
}

/** Every line of the reference must have its partner of ours, and every line of ours above 0.02 one of the reference. */
export function comparePhysics(reference: PhysicsReference, lines: ReferenceLines): PhysicsComparison {
  const ours = join(ownLines(structureOf(lines), reference));
  const theirs = join(lines.twoThetaDeg.map((twoThetaDeg, i) => ({ twoThetaDeg, intensity: lines.intensity[i]! })));
  let maxPositionDeg = 0;
  let maxIntensity = 0;
  for (const line of theirs) {
    const partner = nearest(ours, line.twoThetaDeg);
    maxPositionDeg = Math.max(maxPositionDeg, partner ? Math.abs(partner.twoThetaDeg - line.twoThetaDeg) : 180);
    maxIntensity = Math.max(maxIntensity, Math.abs((partner?.intensity ?? 0) - line.intensity));
  }
  for (const line of ours) {
    const partner = nearest(theirs, line.twoThetaDeg);
    const isKnown = partner && Math.abs(partner.twoThetaDeg - line.twoThetaDeg) < JOINED_DEG;
    // The reference stops at 0.01, so an own line just above it may lack a partner.
    if (!isKnown) maxIntensity = Math.max(maxIntensity, line.intensity - 0.01);
  }
  return { name: lines.name, about: lines.about, lines: theirs.length, maxPositionDeg, maxIntensity };
}

interface Line {
  readonly twoThetaDeg: number;
  readonly intensity: number;
}

function ownLines(structure: Structure, reference: PhysicsReference): Line[] {
  const { wavelengthA, anode } = reference;
  const table = computeReflections(structure, { wavelengthA, anode, twoThetaMaxDeg: reference.twoThetaDeg[1] });
  const lines: Line[] = [];
  for (let i = 0; i < table.count; i++) {
    const sine = wavelengthA / (2 * table.dA[i]!);
    const twoThetaDeg = (360 / Math.PI) * Math.asin(sine);
    if (twoThetaDeg < reference.twoThetaDeg[0] || twoThetaDeg > reference.twoThetaDeg[1]) continue;
    const intensity = table.multiplicity[i]! * table.fSquared[i]! * lorentzPolarisation(sine, Math.sqrt(1 - sine * sine), 1);
    lines.push({ twoThetaDeg, intensity });
  }
  const strongest = Math.max(...lines.map((line) => line.intensity));
  return lines
    .map(({ twoThetaDeg, intensity }) => ({ twoThetaDeg, intensity: intensity / strongest }))
    .filter(({ intensity }) => intensity > 0.01)
    .sort((a, b) => a.twoThetaDeg - b.twoThetaDeg);
}

function join(lines: readonly Line[]): Line[] {
  const joined: Line[] = [];
  let lastDeg = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    const open = joined.at(-1);
    if (open && line.twoThetaDeg - lastDeg < JOINED_DEG) {
      const intensity = open.intensity + line.intensity;
      const twoThetaDeg = (open.twoThetaDeg * open.intensity + line.twoThetaDeg * line.intensity) / intensity;
      joined[joined.length - 1] = { twoThetaDeg, intensity };
    } else joined.push(line);
    lastDeg = line.twoThetaDeg;
  }
  return joined;
}

function nearest(lines: readonly Line[], twoThetaDeg: number): Line | null {
  let best: Line | null = null;
  for (const line of lines) if (!best || Math.abs(line.twoThetaDeg - twoThetaDeg) < Math.abs(best.twoThetaDeg - twoThetaDeg)) best = line;
  return best;
}

function structureOf({ name, cell, operators, sites }: ReferenceLines): Structure {
  const tags = ['length_a', 'length_b', 'length_c', 'angle_alpha', 'angle_beta', 'angle_gamma'];
  const items = ['label', 'type_symbol', 'fract_x', 'fract_y', 'fract_z', 'occupancy', 'b_iso_or_equiv'];
  const text = [
    `data_${name}`,
    ...tags.map((tag, i) => `_cell_${tag} ${cell[i]}`),
    'loop_',
    '_space_group_symop_operation_xyz',
    ...operators.split('; ').map((operator) => `'${operator}'`),
    'loop_',
    ...items.map((item) => `_atom_site_${item}`),
    ...sites.map((site) => site.join(' ')),
  ].join('\n');
  return structureFromCif(parseCif(text)[0]!);
}
