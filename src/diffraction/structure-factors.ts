import { dispersion, f0At, f0Coefficients } from './scattering-factors.ts';
import type { Structure } from './structure.ts';

export interface Indices {
  readonly h: readonly number[];
  readonly k: readonly number[];
  readonly l: readonly number[];
  /** 1/d^2 in 1/angstrom^2. */
  readonly qSquared: readonly number[];
}

/** Atoms of one species with one B share their scattering factor. */
interface Scatterer {
  readonly f0: Float64Array;
  readonly fPrime: number;
  readonly fDoublePrime: number;
  readonly bIsoA2: number;
  readonly x: number[];
  readonly y: number[];
  readonly z: number[];
  readonly occupancy: number[];
}

/**
 * |F|^2 of the unit cell in electrons^2 for each reflection, the mean of the Friedel pair: with C, S the cosine and sine sums weighted by f0 + f'
 * and C'', S'' those weighted by f'', both times exp(-B s^2), it is C^2 + S^2 + C''^2 + S''^2.
 */
export function structureFactors(structure: Structure, indices: Indices, anode: string | null): Float64Array {
  const scatterers = scatterersOf(structure, anode);
  const fSquared = new Float64Array(indices.h.length);
  for (let i = 0; i < fSquared.length; i++) {
    const sSquared = indices.qSquared[i]! / 4;
    const h = 2 * Math.PI * indices.h[i]!;
    const k = 2 * Math.PI * indices.k[i]!;
    const l = 2 * Math.PI * indices.l[i]!;
    let [c, s, c2, s2] = [0, 0, 0, 0];
    for (const atom of scatterers) {
      let cosines = 0;
      let sines = 0;
      for (let j = 0; j < atom.x.length; j++) {
        const phase = h * atom.x[j]! + k * atom.y[j]! + l * atom.z[j]!;
        cosines += atom.occupancy[j]! * Math.cos(phase);
        sines += atom.occupancy[j]! * Math.sin(phase);
      }
      const damping = Math.exp(-atom.bIsoA2 * sSquared);
      const real = (f0At(atom.f0, sSquared) + atom.fPrime) * damping;
      const imaginary = atom.fDoublePrime * damping;
      c += real * cosines;
      s += real * sines;
      c2 += imaginary * cosines;
      s2 += imaginary * sines;
    }
    fSquared[i] = c * c + s * s + c2 * c2 + s2 * s2;
  }
  return fSquared;
}

function scatterersOf(structure: Structure, anode: string | null): Scatterer[] {
  const byKey = new Map<string, Scatterer>();
  for (const { site, positions } of structure.atoms) {
    const f0 = f0Coefficients(site.element, site.charge);
    if (!f0) continue;
    const key = `${site.element} ${site.charge} ${site.bIsoA2}`;
    let scatterer = byKey.get(key);
    if (!scatterer) {
      scatterer = { f0, ...dispersion(site.element, anode), bIsoA2: site.bIsoA2, x: [], y: [], z: [], occupancy: [] };
      byKey.set(key, scatterer);
    }
    for (const [x, y, z] of positions) {
      scatterer.x.push(x);
      scatterer.y.push(y);
      scatterer.z.push(z);
      scatterer.occupancy.push(site.occupancy);
    }
  }
  return [...byKey.values()];
}
