import { expect, test } from '@jest/globals';
import { readReferenceIndex } from '../../../../models/references/reference-index.ts';
import { EwaldError } from '../../../../src/domain/errors.ts';

const GOOD = `spaceId: two
title: Two phases
phases:
  - {phaseId: NiO_225, role: member, file: NiO_225.cif, title: bunsenite}
  - {phaseId: La(OH)3_176, role: distractor, file: La(OH)3_176.cif, title: lanthanum hydroxide, groupPhaseIds: [NiO_225]}
`;

test('reads phases in their order', () => {
  const index = readReferenceIndex(GOOD, 'two/index.yaml');
  expect(index.phases.map(({ phaseId, role }) => `${phaseId} ${role}`)).toEqual(['NiO_225 member', 'La(OH)3_176 distractor']);
  expect(index.phases[1]!.groupPhaseIds).toEqual(['NiO_225']);
});

test('a structure file may be kept by another space', () => {
  const index = readReferenceIndex(GOOD.replace('file: NiO_225.cif', 'from: solid-state-precursors, file: NiO_225.cif'), 'two/index.yaml');
  expect(index.phases.map(({ from }) => from)).toEqual(['solid-state-precursors', undefined]);
});

test.each([
  ['a space that is a path', GOOD.replace('file: NiO_225.cif', 'from: ../one, file: NiO_225.cif'), /phases\.0\.from/],
  ['bad YAML', 'spaceId: [', /not valid YAML/],
  ['an unknown key', GOOD.replace('title: Two', 'name: x\ntitle: Two'), /top level/],
  ['an unknown role', GOOD.replace('role: member', 'role: friend'), /phases\.0\.role/],
  ['a file outside the folder', GOOD.replace('file: NiO_225.cif', 'file: ../NiO_225.cif'), /phases\.0\.file/],
  ['no phases', 'spaceId: two\ntitle: none\nphases: []\n', /phases/],
  ['an id listed twice', GOOD.replace('phaseId: La(OH)3_176', 'phaseId: NiO_225'), /twice/],
])('refuses %s, naming the file', (_, text, message) => {
  const attempt = () => readReferenceIndex(text, 'two/index.yaml');
  expect(attempt).toThrow(EwaldError);
  expect(attempt).toThrow(expect.objectContaining({ code: 'model', subject: 'two/index.yaml', message: expect.stringMatching(message) }));
});
