import { expect, test } from '@jest/globals';
import { htmlReport } from '../../../src/report/html-report.ts';
import { resultTable } from '../../../src/report/result-table.ts';
import { readRunRecord } from '../../../src/report/run-record.ts';
import { ledgerOf, runResultOf } from '../../../src/report/run-result.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { demoCurves, RUN_ID } from './demo-pattern.ts';
import { ACCEPT, demoContext, demoIdentification, demoStore, GOAL } from './demo-record.ts';

const SURROUNDINGS = { estimateS: 4000, wallS: 61, driver: 'mqtt', simulated: true, reportFile: 'demo.html' };
const record = readRunRecord(demoStore(), RUN_ID);

interface Result {
  readonly cycles: { cycle: number; requests: Record<string, unknown>[]; scans: { scanId: string; completeness: string }[] }[];
  readonly identification: Record<string, unknown> & { disagreement: unknown[] };
  readonly ledgerS: Record<string, number>;
  readonly integrity: Record<string, number>;
}

test('the result has the fields of the contract and no others', () => {
  const result = runResultOf(record, SURROUNDINGS) as unknown as Result;
  const keys = (value: object) => Object.keys(value).sort().join(' ');
  expect(keys(result)).toBe(
    'cycles driver estimateS goal identification instrumentId integrity ledgerS modelId policyId reportFile runId sampleId scanFindings truth verdict',
  );
  expect(keys(result.cycles[0]!)).toBe('cycle decisionId instrumentSAfter phaseIdsAfter reason requests scans setProbabilityAfter viewId');
  expect(keys(result.cycles[0]!.requests[0]!)).toBe('because dwellS fromDeg purpose requestId stepDeg toDeg');
  expect(keys(result.cycles[0]!.scans[0]!)).toBe('attempt completeness countsSum liveSSum points scanId');
  expect(keys(result.ledgerS)).toBe('counting instrument moving overhead settling shutter thinking waiting wall');
  expect(keys(result.integrity)).toBe('commandsIssued countsSum liveSSum resumes scansLost scansRepeated scansStored');
  expect(keys(result.identification)).toBe(
    'candidates detectionLimits disagreement modelId modelSha256 novelty patternId phases rivalSets setProbability shift threshold timingMs unexplained verdict',
  );
  expect(result.identification.disagreement[0]).toEqual({ fromDeg: 28.5, toDeg: 33.5, score: 0.71, between: ['ZrO2_137', 'La(OH)3_176'] });
});

test('every scan stands under the cycle that asked for it', () => {
  const { cycles } = runResultOf(record, SURROUNDINGS) as unknown as Result;
  expect(cycles.map(({ scans }) => scans.length)).toEqual([1, 2, 2, 1]);
  expect(cycles[2]!.scans.map(({ completeness }) => completeness)).toEqual(['whole', 'cut-short']);
});

test('fitted curves stay out of the result', () => {
  const result = runResultOf(
    { ...record, identification: { ...demoIdentification(), curves: demoCurves() } },
    SURROUNDINGS,
  ) as unknown as Result;
  expect(result.identification).not.toHaveProperty('curves');
});

test('the parts of the ledger add up to the instrument time', () => {
  const ledgerS = ledgerOf(demoContext(), 61);
  const { counting, moving, settling, overhead, shutter, waiting } = ledgerS;
  expect(counting + moving + settling + overhead + shutter + waiting).toBeCloseTo(ledgerS.instrument, 6);
  expect(ledgerS).toMatchObject({ moving: 36, thinking: 4.23, wall: 61 });
});

test('a record knows the views that were decided upon, each once and in order', () => {
  const store = demoStore();
  store.append(RUN_ID, { kind: 'decided', atMs: 1, fields: { viewId: `${RUN_ID}-v2` } });
  const again = readRunRecord(store, RUN_ID);
  expect(again.views.map(({ viewId }) => viewId)).toEqual([1, 2, 3, 4].map((n) => `${RUN_ID}-v${n}`));
  expect(again.origin).toMatchObject({
    instrumentId: 'bench-1',
    driver: 'mqtt',
    simulated: true,
    startedAtMs: Date.UTC(2026, 0, 5, 21, 4),
  });
});

test('an unknown run is the mistake of the one who asks', () => {
  expect(() => readRunRecord(memoryRunStore(), 'nobody')).toThrow(expect.objectContaining({ code: 'badInput' }));
});

test('the table on stdout has one row for each phase, in line', () => {
  const lines = resultTable(record).split('\n');
  expect(lines[0]).toBe('accept: ZrO₂ (14) + TiO₂ (136) + ZrO₂ (137)');
  const rows = lines.filter((line) => /^[●○]/.test(line));
  expect(rows).toHaveLength(5);
  expect(new Set(rows.slice(0, 3).map((row) => row.indexOf(' %')))).toHaveProperty('size', 1);
});

test.each([
  [0, true, 'accept: In₂O₃ (206) is there'],
  [0, false, 'accept: In₂O₃ (206) is not there'],
  [0.02, false, 'accept: In₂O₃ (206) is not there above 2.0 %'],
  [0.02, undefined, 'inconclusive: Is In₂O₃ (206) there above 2.0 %? No conclusion'],
])('of a question about one phase the headline is the answer, not what was found (%d, %s)', (aboveWeightFraction, confirmed, headline) => {
  const goal = { ...GOAL, kind: 'confirm', phaseId: 'In2O3_206', aboveWeightFraction } as const;
  const answer = confirmed === undefined ? { kind: 'inconclusive' as const } : { confirmed };
  const verdict = { ...ACCEPT, phaseIds: confirmed ? ['In2O3_206'] : [], ...answer };
  const asked = { ...record, context: { ...record.context, goal, verdict } };
  expect(resultTable(asked).split('\n')[0]).toBe(headline);
  const page = htmlReport(asked, { curves: null, simulated: null, version: '0.1.0', generatedAtMs: 0 });
  expect(/<h1>([^<]*)<\/h1>/.exec(page)?.[1]).toBe(headline.replace(/^\w+: /, ''));
});

test('a name cannot write to the terminal', () => {
  const hostile = {
    ...record,
    context: { ...record.context, sampleId: '\u001b[2Jgone\nsecond', verdict: { ...ACCEPT, reason: '\u009b31m\u202e' } },
  };
  const control = [...resultTable(hostile)].filter((letter) => letter !== '\n' && /\p{Cc}|\u202e/u.test(letter));
  expect(control).toEqual([]);
});
