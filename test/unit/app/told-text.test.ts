import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identifyFile } from '../../../src/app/identify-command.ts';
import { identifyText } from '../../../src/app/identify-text.ts';
import { toldWarnings } from '../../../src/app/told-text.ts';
import type { SampleKnowledge, ToldFacts } from '../../../src/domain/sample-knowledge.ts';
import { factList } from '../../../src/report/fact-list.ts';
import { htmlReport } from '../../../src/report/html-report.ts';
import { identifyReport } from '../../../src/report/identify-report.ts';
import { resultTable } from '../../../src/report/result-table.ts';
import { type RunRecord, readRunRecord } from '../../../src/report/run-record.ts';
import { toldFacts, toldLines } from '../../../src/report/told-facts.ts';
import { candidate } from '../../support/identifications.ts';
import { RUN_ID } from '../report/demo-pattern.ts';
import { demoIdentification, demoStore } from '../report/demo-record.ts';
import { claims, environment, fakeIdentifier } from './fake-identifier.ts';

const told: ToldFacts = {
  addedPhaseIds: ['Li2ZrO3_15'],
  replacedPhaseIds: ['CaF2_225'],
  leftOutPhaseIds: ['MgO_225', 'NiO_225'],
  expected: [{ phaseId: 'ZrO2_14', probability: 0.8 }],
  amorphous: null,
  internalStandard: null,
  requiredMissing: ['Zr'],
  holderLinesDeg: [38.47, 44.72],
};
const nothing: ToldFacts = {
  addedPhaseIds: [],
  replacedPhaseIds: [],
  leftOutPhaseIds: [],
  expected: [],
  amorphous: null,
  internalStandard: null,
  requiredMissing: [],
  holderLinesDeg: [],
};

describe('what was told of the sample', () => {
  test('is warned of where the answer rests on less, or contradicts it', () => {
    const silent = candidate('Li2ZrO3_15', 0.9, { networkSilent: true });
    const warnings = toldWarnings({ told, candidates: [candidate('ZrO2_14', 0.1), silent] });
    expect(warnings.map(({ code }) => code)).toEqual(['networkSilent', 'structureReplaced', 'requiredMissing']);
    expect(warnings[0]!.message).toContain('Li2ZrO3_15');
    expect(toldWarnings({ told: nothing, candidates: [candidate('ZrO2_14', 0.1)] })).toEqual([]);
    expect(toldWarnings({ candidates: [silent] })).toEqual([]);
  });

  test('stands in the text and in the report', () => {
    expect(toldLines(told, (phaseId) => phaseId)).toEqual([
      'structures added: Li2ZrO3_15',
      "in place of the library's: CaF2_225",
      'left out by their elements: 2 phases of the library',
      'expected: ZrO2_14 (0.8)',
      'required, in no claimed phase: Zr',
      'lines of the holder: 38.47°, 44.72°',
    ]);
    expect(toldLines(nothing)).toEqual([]);
    expect(toldLines(undefined)).toEqual([]);
    const page = String(factList(toldFacts(told)));
    for (const text of ['Li₂ZrO₃', '2 phases of the library', '38.47°', '(0.8)', 'Zr']) expect(page).toContain(text);
    expect(toldFacts(nothing)).toEqual([]);
  });

  test('with the amorphous share, in the text of identify, of a run, and in both reports', () => {
    const internalStandard = { phaseId: 'Al2O3_167', weightFraction: 0.2 };
    const amorphous = { standardId: 'Al2O3_167', weightFraction: 0.123, sigma: 0.008 };
    const seen = { ...demoIdentification(), told: { ...nothing, internalStandard, amorphous } };
    const run: RunRecord = { ...readRunRecord(demoStore(), RUN_ID), identification: seen };
    const share = '12.30 ± 0.80 % of the sample without its standard';
    expect(identifyText('mine.xy', seen)).toContain(`amorphous: ${share} Al2O3_167`);
    expect(resultTable(run)).toContain(`amorphous: ${share} Al₂O₃ (167)`);
    const options = { curves: null, simulated: null, version: '0.1.0', generatedAtMs: 0 };
    expect(htmlReport(run, options).includes(share)).toBe(true);
    const input = { name: 'mine.xy', pattern: run.pattern!, maps: [], modelSha256: 'ab', ...options };
    expect(identifyReport({ ...input, identification: seen }).includes(share)).toBe(true);
    expect(toldLines({ ...nothing, internalStandard })).toEqual([
      'amorphous: not known: the standard Al₂O₃ (167) is not among the claimed phases',
    ]);
  });
});

describe('identify', () => {
  const options = { model: 'fake', method: 'hybrid', radiation: 'CuKa12' };
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ewald-told-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const written = (name: string, countAt: (i: number) => number) => {
    const file = join(folder, name);
    writeFileSync(file, Array.from({ length: 1001 }, (_, i) => `${(10 + 0.05 * i).toFixed(2)} ${countAt(i)}`).join('\n'));
    return file;
  };

  test('hands on what is told', async () => {
    const opened: (SampleKnowledge | null | undefined)[] = [];
    const file = written('good.xy', (i) => 50 + ((i * 7) % 5) + Math.round(900 * 2 ** -(((i - 400) / 2) ** 2)));
    const open = async (spec: { readonly knowledge?: SampleKnowledge | null }) => {
      opened.push(spec.knowledge);
      return fakeIdentifier(['ZrO2_14'], () => claims('ZrO2_14'));
    };
    await identifyFile(file, options, environment(), open, null);
    const { result, warnings } = await identifyFile(file, { ...options, elements: 'Zr,O' }, environment(), open, null);
    expect(opened[0]).toBeNull();
    expect(opened[1]).toMatchObject({ elements: ['Zr', 'O'] });
    expect(result['scanFindings']).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('claims nothing from a scan without a beam, and says why', async () => {
    const file = written('dark.xy', () => 0);
    const open = async () => fakeIdentifier(['ZrO2_14'], () => claims('ZrO2_14'));
    const { result, text, warnings } = await identifyFile(file, options, environment(), open, null);
    expect(result).toMatchObject({
      verdict: 'noSignal',
      phases: [],
      setProbability: 0,
      scanFindings: [{ kind: 'noBeam', severity: 'stop' }],
    });
    expect(warnings).toEqual([{ code: 'noBeam', message: expect.stringContaining('there is no beam') }]);
    expect(text).toContain('look at the scan: every point has the same counts (0)');
  });
});
