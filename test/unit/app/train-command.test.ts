import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { stageProgress } from '../../../models/training/progress-clock.ts';
import { findPython, pythonPlaces } from '../../../models/training/python.ts';
import { checkFolder, loadPlan, savePlan, workFolder } from '../../../models/training/train-plan.ts';
import { trainRequestOf } from '../../../src/app/train-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-train-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const options = { members: '5', seed: '1', out: 'model' };

test('options become a request', () => {
  expect(trainRequestOf('cifs', { ...options, budgetMin: '30' })).toEqual({
    from: { cifs: 'cifs' },
    bundleDir: 'model',
    members: 5,
    patterns: null,
    budgetMin: 30,
    threads: null,
    seed: 1,
    resume: false,
  });
  expect(trainRequestOf(undefined, { ...options, space: 'li-la-zr-o', patterns: '4000' })).toMatchObject({
    from: { space: 'li-la-zr-o' },
    patterns: 4000,
  });
  expect(trainRequestOf(undefined, { ...options, resume: true }).from).toBeNull();
});

test.each([
  ['--out', 'cifs', { members: '5', seed: '1' }],
  ['train', undefined, options],
  ['train', 'cifs', { ...options, space: 'li-la-zr-o' }],
  ['--members', 'cifs', { ...options, members: '1' }],
  ['--patterns', 'cifs', { ...options, patterns: 'many' }],
  ['--budget-min', 'cifs', { ...options, patterns: '1000', budgetMin: '5' }],
  ['--budget-min', 'cifs', { ...options, budgetMin: '-5' }],
  ['--budget-min', 'cifs', { ...options, budgetMin: 'Infinity' }],
])('a mistake is refused naming %s', (subject, cifs, wrong) => {
  expect(() => trainRequestOf(cifs, wrong)).toThrow(expect.objectContaining({ code: 'badInput', subject }));
});

test('a Python without torch is one error that says what to run', () => {
  expect(() => findPython([join(folder, 'python')])).toThrow(
    expect.objectContaining({ code: 'model', remedy: expect.stringContaining('ewald train --setup') }),
  );
  expect(pythonPlaces('mine', { EWALD_PYTHON: 'other' })).toEqual(['mine']);
  expect(pythonPlaces(null, { EWALD_PYTHON: 'other' }).at(0)).toBe('other');
});

test('a training that was stopped is resumed by its plan, and not written over', () => {
  const plan = {
    schema: 'ewald.training/1' as const,
    modelId: 'm-1',
    title: 'M',
    space: 'm',
    references: 'references',
    phases: ['MgO_225', 'CaO_225'],
    groups: [],
    skipped: [],
    seed: 1,
    members: 5,
    patterns: null,
    budgetMin: 30,
  };
  expect(() => checkFolder(folder, true)).toThrow(/no training was begun/);
  mkdirSync(workFolder(folder));
  savePlan(folder, plan);
  expect(loadPlan(folder)).toEqual(plan);
  checkFolder(folder, true);
  expect(() => checkFolder(folder, false)).toThrow(expect.objectContaining({ remedy: expect.stringContaining('--resume') }));
  writeFileSync(join(workFolder(folder), 'plan.json'), '{"schema":"ewald.training/1"');
  expect(() => loadPlan(folder)).toThrow(/damaged/);
});

test('progress tells the time left from what was done in this start alone', () => {
  let ms = 0;
  const lines: string[] = [];
  const progress = stageProgress(
    'learning',
    1000,
    () => ms,
    (line) => lines.push(line),
  );
  progress.had(600);
  ms = 10_000;
  progress.add(100);
  expect(lines).toEqual(['learning: 700 of 1000, about 30 s left']);
});
