import { type Cell, type CrystalSystem, reciprocalMetric } from './cell.ts';
import { type LatticeFreedom, lineKey } from './crystal-system.ts';
import type { Structure } from './structure.ts';
import { structureFactors } from './structure-factors.ts';

/**
 * Powder lines of one structure, d descending; arrays are equally long. A line joins all reflections whose d stays equal under every strain of the
 * crystal system; its members (one of each Friedel pair) are kept for texture.
 */
export interface ReflectionTable {
  readonly count: number;
  /** Indices of one member. */
  readonly h: Int16Array;
  readonly k: Int16Array;
  readonly l: Int16Array;
  readonly dA: Float64Array;
  readonly multiplicity: Float64Array;
  /** Mean |F|^2 of the unit cell over the members in electrons^2, with f', f'' and the sites' own B. */
  readonly fSquared: Float64Array;
  /** Members of line i stand at memberStart[i] .. memberStart[i + 1] - 1. */
  readonly memberStart: Int32Array;
  readonly memberH: Int16Array;
  readonly memberK: Int16Array;
  readonly memberL: Int16Array;
  /** Share of the member and its Friedel mate in multiplicity * fSquared; sums to 1 over a line. */
  readonly memberShare: Float64Array;
  readonly cell: Cell;
  readonly crystalSystem: CrystalSystem;
  readonly cellMassU: number;
  readonly volumeA3: number;
}

export interface ReflectionOptions {
  readonly wavelengthA: number;
  readonly twoThetaMaxDeg: number;
  /** Element of the tube, for f' and f''; null for none. */
  readonly anode: string | null;
  /** Lines are listed to d smaller by this fraction than twoThetaMaxDeg asks, so that strained cells lose none at the edge. */
  readonly marginFraction?: number;
}

/** Lines weaker than this fraction of the strongest (multiplicity |F|^2) are left out. */
const NEGLIGIBLE = 1e-6;

export function computeReflections(structure: Structure, options: ReflectionOptions): ReflectionTable {
  const freedom: LatticeFreedom = { crystalSystem: structure.crystalSystem, uniqueAxis: structure.uniqueAxis };
  const sineMax = Math.sin((Math.min(180, options.twoThetaMaxDeg) * Math.PI) / 360);
  const dMinA = Math.max((options.wavelengthA / (2 * sineMax)) * (1 - (options.marginFraction ?? 0.03)), options.wavelengthA / 2);
  const members = halfSphere(structure.cell, dMinA);
  const fSquared = structureFactors(structure, members, options.anode);
  const lines = new Map<string, Line>();
  for (let i = 0; i < members.h.length; i++) {
    const key = lineKey(members.h[i]!, members.k[i]!, members.l[i]!, freedom);
    const line = lines.get(key);
    if (line) {
      line.members.push(i);
      line.sum += fSquared[i]!;
    } else lines.set(key, { members: [i], sum: fSquared[i]!, qSquared: members.qSquared[i]! });
  }
  const all = [...lines.values()];
  const strongest = all.reduce((max, line) => Math.max(max, line.sum), 0);
  const kept = all.filter((line) => line.sum > NEGLIGIBLE * strongest).sort((a, b) => a.qSquared - b.qSquared);
  return assemble(structure, members, fSquared, kept);
}

/** The table without the lines whose multiplicity |F|^2 is below `fraction` of the strongest. */
export function strongLines(table: ReflectionTable, fraction: number): ReflectionTable {
  const strength = table.fSquared.map((value, i) => value * table.multiplicity[i]!);
  const least = fraction * strength.reduce((max, value) => Math.max(max, value), 0);
  const kept = Array.from(strength.keys()).filter((i) => strength[i]! >= least);
  const members = kept.flatMap((i) =>
    Array.from({ length: table.memberStart[i + 1]! - table.memberStart[i]! }, (_, m) => table.memberStart[i]! + m),
  );
  const memberStart = new Int32Array(kept.length + 1);
  for (const [place, i] of kept.entries()) memberStart[place + 1] = memberStart[place]! + table.memberStart[i + 1]! - table.memberStart[i]!;
  return {
    ...table,
    count: kept.length,
    h: Int16Array.from(kept, (i) => table.h[i]!),
    k: Int16Array.from(kept, (i) => table.k[i]!),
    l: Int16Array.from(kept, (i) => table.l[i]!),
    dA: Float64Array.from(kept, (i) => table.dA[i]!),
    multiplicity: Float64Array.from(kept, (i) => table.multiplicity[i]!),
    fSquared: Float64Array.from(kept, (i) => table.fSquared[i]!),
    memberStart,
    memberH: Int16Array.from(members, (m) => table.memberH[m]!),
    memberK: Int16Array.from(members, (m) => table.memberK[m]!),
    memberL: Int16Array.from(members, (m) => table.memberL[m]!),
    memberShare: Float64Array.from(members, (m) => table.memberShare[m]!),
  };
}

interface Line {
  readonly members: number[];
  sum: number;
  readonly qSquared: number;
}

/** One of each Friedel pair. */
interface Members {
  readonly h: number[];
  readonly k: number[];
  readonly l: number[];
  /** 1/d^2 in 1/angstrom^2. */
  readonly qSquared: number[];
}

function halfSphere(cell: Cell, dMinA: number): Members {
  const [A, B, C, D, E, F] = reciprocalMetric(cell);
  const qMax = 1 / (dMinA * dMinA);
  const hMax = Math.floor(cell.aA / dMinA);
  const kMax = Math.floor(cell.bA / dMinA);
  const lMax = Math.floor(cell.cA / dMinA);
  const members: Members = { h: [], k: [], l: [], qSquared: [] };
  for (let h = 0; h <= hMax; h++) {
    for (let k = h === 0 ? 0 : -kMax; k <= kMax; k++) {
      for (let l = h === 0 && k === 0 ? 1 : -lMax; l <= lMax; l++) {
        const q = A * h * h + B * k * k + C * l * l + D * k * l + E * h * l + F * h * k;
        if (q > qMax) continue;
        members.h.push(h);
        members.k.push(k);
        members.l.push(l);
        members.qSquared.push(q);
      }
    }
  }
  return members;
}

function assemble(structure: Structure, members: Members, fSquared: Float64Array, lines: readonly Line[]): ReflectionTable {
  const count = lines.length;
  const memberCount = lines.reduce((sum, line) => sum + line.members.length, 0);
  const table = {
    count,
    h: new Int16Array(count),
    k: new Int16Array(count),
    l: new Int16Array(count),
    dA: new Float64Array(count),
    multiplicity: new Float64Array(count),
    fSquared: new Float64Array(count),
    memberStart: new Int32Array(count + 1),
    memberH: new Int16Array(memberCount),
    memberK: new Int16Array(memberCount),
    memberL: new Int16Array(memberCount),
    memberShare: new Float64Array(memberCount),
    cell: structure.cell,
    crystalSystem: structure.crystalSystem,
    cellMassU: structure.cellMassU,
    volumeA3: structure.volumeA3,
  };
  let at = 0;
  for (let i = 0; i < count; i++) {
    const line = lines[i]!;
    const shown = line.members.reduce((best, member) => (isNicer(members, member, best) ? member : best));
    table.h[i] = members.h[shown]!;
    table.k[i] = members.k[shown]!;
    table.l[i] = members.l[shown]!;
    table.dA[i] = 1 / Math.sqrt(line.qSquared);
    table.multiplicity[i] = 2 * line.members.length;
    table.fSquared[i] = line.sum / line.members.length;
    table.memberStart[i] = at;
    for (const member of line.members) {
      table.memberH[at] = members.h[member]!;
      table.memberK[at] = members.k[member]!;
      table.memberL[at] = members.l[member]!;
      table.memberShare[at] = fSquared[member]! / line.sum;
      at++;
    }
  }
  table.memberStart[count] = at;
  return table;
}

/** Indices without minus signs read best, then those with large h, then k: (2 1 0) rather than (-1 2 0) or (0 1 2). */
function isNicer(members: Members, a: number, b: number): boolean {
  const score = (i: number) => {
    const [h, k, l] = [members.h[i]!, members.k[i]!, members.l[i]!];
    return (k < 0 ? -1e6 : 0) + (l < 0 ? -1e6 : 0) + h * 1e4 + k * 100 + l;
  };
  return score(a) > score(b);
}
