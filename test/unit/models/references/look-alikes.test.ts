import { expect, test } from '@jest/globals';
import { loadReferences } from '../../../../models/references/load-references.ts';
import { ALIKE, lookAlikes, similarity } from '../../../../models/references/look-alikes.ts';

const garnets = loadReferences('li-la-zr-o');
const oxyfluorides = loadReferences('li-mn-ti-o-f');

const structureOf = (phaseId: string) => [...garnets, ...oxyfluorides].find((reference) => reference.phaseId === phaseId)!.structure;

test('the groups of the index of li-la-zr-o are those that the rule finds', () => {
  const pairs = new Set(lookAlikes(garnets).flatMap(({ phaseIds: [a, b] }) => [`${a} ${b}`, `${b} ${a}`]));
  expect(pairs).toEqual(new Set(garnets.flatMap(({ phaseId, groupPhaseIds }) => groupPhaseIds.map((other) => `${phaseId} ${other}`))));
  expect(pairs.size).toBe(4);
});

test('the pair of the index of li-mn-ti-o-f is alike', () => {
  const grouped = oxyfluorides.filter(({ groupPhaseIds }) => groupPhaseIds.length > 0);
  expect(grouped.map(({ phaseId, groupPhaseIds }) => [phaseId, groupPhaseIds])).toEqual([
    ['LiTi2O4_227', ['LiTiO2_227']],
    ['LiTiO2_227', ['LiTi2O4_227']],
  ]);
  expect(similarity(structureOf('LiTi2O4_227'), structureOf('LiTiO2_227'))).toBeGreaterThan(ALIKE);
});

test('a phase is like itself with another cell, and unlike another polymorph', () => {
  const anatase = structureOf('TiO2_141');
  const { aA, bA, cA } = anatase.cell;
  const wider = { ...anatase, cell: { ...anatase.cell, aA: aA * 1.003, bA: bA * 1.003, cA: cA * 0.998 } };
  expect(similarity(anatase, wider)).toBeGreaterThan(0.999);
  expect(similarity(anatase, structureOf('TiO2_136'))).toBeLessThan(0.6);
});

test('a lattice is not stretched further than half a percent', () => {
  const fluoride = structureOf('LiF_225');
  const { aA } = fluoride.cell;
  const far = { ...fluoride, cell: { ...fluoride.cell, aA: aA * 1.012, bA: aA * 1.012, cA: aA * 1.012 } };
  expect(similarity(fluoride, far)).toBeLessThan(0.6);
});
