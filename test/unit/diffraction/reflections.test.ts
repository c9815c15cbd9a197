import { describe, expect, test } from '@jest/globals';
import { reciprocalMetric, strainCell, volumeA3 } from '../../../src/diffraction/cell.ts';
import { type LatticeFreedom, regularCell } from '../../../src/diffraction/crystal-system.ts';
import { crystalSystemStrain } from '../../../src/diffraction/crystal-system-strain.ts';
import { computeReflections } from '../../../src/diffraction/reflections.ts';
import { dispersion, f0At, f0Coefficients } from '../../../src/diffraction/scattering-factors.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { structuresFromCifText } from '../../../src/diffraction/structure.ts';
import { caesiumChloride, HEMATITE_CIF, structureOf } from './sample-structures.ts';

const COPPER = { wavelengthA: 1.540598, twoThetaMaxDeg: 140, anode: 'Cu' };

describe('scattering factors', () => {
  test.each([
    ['O', 0, 8],
    ['O', -2, 10],
    ['Zr', 4, 36],
    ['Pb', 0, 82],
  ])('f0 of %s %i at s = 0 counts its electrons', (element, charge, electrons) =>
    expect(f0At(f0Coefficients(element, charge)!, 0)).toBeCloseTo(electrons, 0.9),
  );

  test('an ion that the table lacks falls back to the atom', () => {
    expect(f0Coefficients('Zr', 9)).toBe(f0Coefficients('Zr', 0));
    expect(f0Coefficients('Qq', 0)).toBeNull();
  });

  test('cobalt fluoresces under copper, not under iron; no anode, no dispersion', () => {
    expect(dispersion('Co', 'Cu').fDoublePrime).toBeGreaterThan(3);
    expect(dispersion('Co', 'Fe').fDoublePrime).toBeLessThan(1);
    expect(dispersion('Co', null)).toEqual({ fPrime: 0, fDoublePrime: 0 });
  });
});

describe('computeReflections', () => {
  test('gives the structure factors of caesium chloride as done by hand', () => {
    const table = computeReflections(caesiumChloride(), { ...COPPER, anode: null });
    expect(Array.from(table.multiplicity.slice(0, 5))).toEqual([6, 12, 8, 6, 24]);
    for (let i = 0; i < 5; i++) {
      const sum = table.h[i]! + table.k[i]! + table.l[i]!;
      const sSquared = 1 / (4 * table.dA[i]! ** 2);
      const cs = f0At(f0Coefficients('Cs', 0)!, sSquared) * Math.exp(-0.8 * sSquared);
      const cl = f0At(f0Coefficients('Cl', 0)!, sSquared) * Math.exp(-1.1 * sSquared);
      expect(table.fSquared[i]).toBeCloseTo((sum % 2 === 0 ? cs + cl : cs - cl) ** 2, 6);
    }
  });

  test('adds f prime and f double prime', () => {
    const plain = computeReflections(caesiumChloride(), { ...COPPER, anode: null });
    const table = computeReflections(caesiumChloride(), COPPER);
    const { fPrime, fDoublePrime } = dispersion('Cs', 'Cu');
    const chlorine = dispersion('Cl', 'Cu');
    const sSquared = 1 / (4 * table.dA[1]! ** 2);
    const tCs = Math.exp(-0.8 * sSquared);
    const tCl = Math.exp(-1.1 * sSquared);
    const real = Math.sqrt(plain.fSquared[1]!) + fPrime * tCs + chlorine.fPrime * tCl;
    const imaginary = fDoublePrime * tCs + chlorine.fDoublePrime * tCl;
    expect(table.fSquared[1]).toBeCloseTo(real * real + imaginary * imaginary, 6);
  });

  test('is the same in every setting: rhombohedral axes, expansion to P1, another origin', () => {
    const structure = structuresFromCifText(HEMATITE_CIF, 'hematite.cif');
    const expanded = structureOf({
      name: 'expanded',
      cell: [5.4271, 5.4271, 5.4271, 55.27, 55.27, 55.27],
      operators: ['x,y,z'],
      sites: structure.atoms.flatMap(({ site, positions }) =>
        positions.map(
          ([x, y, z], i) =>
            `${site.label}_${i} ${site.element}${Math.abs(site.charge)}${site.charge < 0 ? '-' : '+'} ${x + 0.1} ${y + 0.2} ${z - 0.3} 1 ${site.bIsoA2}`,
        ),
      ),
    });
    const a = computeReflections(structure, COPPER);
    const b = computeReflections(expanded, COPPER);
    expect(b.count).toBe(a.count);
    for (let i = 0; i < a.count; i++) {
      expect(b.dA[i]).toBeCloseTo(a.dA[i]!, 9);
      expect(b.fSquared[i]! * b.multiplicity[i]!).toBeCloseTo(a.fSquared[i]! * a.multiplicity[i]!, 3);
    }
  });

  test('members of a line keep equal d under every strain of the system', () => {
    const random = seededRandom(3);
    const freedoms: LatticeFreedom[] = (
      ['triclinic', 'monoclinic', 'orthorhombic', 'tetragonal', 'trigonal', 'rhombohedral', 'hexagonal', 'cubic'] as const
    ).map((crystalSystem) => ({ crystalSystem, uniqueAxis: 'b' }));
    freedoms.push({ crystalSystem: 'monoclinic', uniqueAxis: 'c' });
    for (const freedom of freedoms) {
      const cell = regularCell({ aA: 5.1, bA: 5.4, cA: 5.9, alphaDeg: 81, betaDeg: 97, gammaDeg: 103 }, freedom);
      const structure = { ...caesiumChloride(), ...freedom, cell, volumeA3: volumeA3(cell) };
      const table = computeReflections(structure, COPPER);
      const strain = crystalSystemStrain(random, freedom.crystalSystem, 0.02, freedom.uniqueAxis);
      expect(strain.some((value) => value !== 0)).toBe(true);
      const [A, B, C, D, E, F] = reciprocalMetric(strainCell(cell, strain));
      for (let i = 0; i < table.count; i++) {
        const q = Array.from({ length: table.memberStart[i + 1]! - table.memberStart[i]! }, (_, j) => {
          const m = table.memberStart[i]! + j;
          const [h, k, l] = [table.memberH[m]!, table.memberK[m]!, table.memberL[m]!];
          return A * h * h + B * k * k + C * l * l + D * k * l + E * h * l + F * h * k;
        });
        expect(Math.max(...q) - Math.min(...q)).toBeLessThan(1e-9);
        expect(table.multiplicity[i]).toBe(2 * q.length);
      }
    }
  });
});
