import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { newContext } from '../../../src/loop/context.ts';
import { htmlReport } from '../../../src/report/html-report.ts';
import { identifyReport } from '../../../src/report/identify-report.ts';
import { type RunRecord, readRunRecord } from '../../../src/report/run-record.ts';
import { demoCurves, RUN_ID } from './demo-pattern.ts';
import { ACCEPT, demoContext, demoIdentification, demoStore, GOAL } from './demo-record.ts';

const OPTIONS = { curves: null, simulated: null, version: '0.1.0', generatedAtMs: 0 };
const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'&';

const record = (context = demoContext()): RunRecord => readRunRecord(demoStore(context), RUN_ID);

/** Without this a failure would print the whole page. */
const shown = (html: string, text: string): boolean => html.includes(text);

/** Attributes of drawings that hold a number or a path which no reader of SVG could take. */
function badDrawings(html: string): string[] {
  return [...html.matchAll(/\s(?:d|x|y|x1|x2|y1|y2|cx|cy|r|width|height|viewBox|fill-opacity)="([^"]*)"/g)]
    .map((match) => match[1]!)
    .filter((value) => /NaN|Infinity|undefined|null|–/.test(value));
}

describe('a whole run', () => {
  const html = htmlReport(record(), { ...OPTIONS, curves: demoCurves() });

  test('holds the verdict, every phase, every decision and the facts of the run', () => {
    for (const text of ['accept', 'ZrO₂ (14) + TiO₂ (136) + ZrO₂ (137)', 'simulated instrument', '66.20 ± 0.83 %', 'cam-disagreement'])
      expect([text, shown(html, text)]).toEqual([text, true]);
    for (const cycle of demoContext().cycles) expect([cycle.reason, shown(html, cycle.reason)]).toEqual([cycle.reason, true]);
    expect(['ab'.repeat(32), shown(html, 'ab'.repeat(32))]).toEqual(['ab'.repeat(32), true]);
  });

  test('has no number that cannot be drawn', () => {
    expect(html.match(/NaN|Infinity|undefined|\[object/)?.[0]).toBeUndefined();
    expect(badDrawings(html)).toEqual([]);
  });

  test('asks the network for nothing', () => {
    expect(html.match(/https?:\/\/|\ssrc=|@import|url\(|<link|<iframe/g)).toBeNull();
    expect(shown(html, 'default-src &#39;none&#39;')).toBe(true);
  });

  test('allows the one script that it holds', () => {
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)![1]!;
    expect(shown(html, `script-src &#39;sha256-${createHash('sha256').update(script).digest('base64')}&#39;`)).toBe(true);
    expect(() => new Script(script)).not.toThrow();
  });

  test('every element that is opened is closed', () => {
    for (const name of ['svg', 'table', 'section', 'figure', 'g', 'div', 'ul', 'dl'])
      expect([name, html.split(`<${name} `).length + html.split(`<${name}>`).length - 2]).toEqual([
        name,
        html.split(`</${name}>`).length - 1,
      ]);
  });

  test('gives a phase the same colour in every figure', () => {
    const classes = [...html.matchAll(/class="[^"]*(phase-\d)[^"]*"[^>]*>(?:<path[^>]*>(?:<\/path>)?)*<text[^>]*>([^<]+)</g)].map((m) => [
      m[2],
      m[1],
    ]);
    expect(new Set(classes.filter(([name]) => name === 'TiO₂ (136)').map(([, style]) => style))).toEqual(new Set(['phase-1']));
  });

  test('is not stamped where the instrument is real', () => {
    expect(shown(htmlReport(record(), { ...OPTIONS, simulated: false }), 'simulated instrument')).toBe(false);
  });
});

describe('names that mean harm', () => {
  const context = demoContext({ ...ACCEPT, reason: HOSTILE, phaseIds: [HOSTILE] });
  const hostile: RunRecord = {
    ...record(),
    runId: HOSTILE,
    context: {
      ...context,
      runId: HOSTILE,
      sampleId: HOSTILE,
      policyId: HOSTILE,
      cycles: context.cycles.map((cycle) => ({
        ...cycle,
        reason: HOSTILE,
        phaseIdsAfter: [HOSTILE],
        requests: cycle.requests.map((request) => ({ ...request, because: HOSTILE })),
      })),
      regions: context.regions.map((region) => ({ ...region, between: [HOSTILE, HOSTILE] as const })),
    },
    identification: {
      ...demoIdentification(),
      modelId: HOSTILE,
      candidates: demoIdentification().candidates.map((phase) => ({
        ...phase,
        phaseId: HOSTILE,
        rivalId: HOSTILE,
        groupPhaseIds: [`${HOSTILE}2`],
      })),
      rivalSets: [{ phaseIds: [HOSTILE], probability: 0.1, differsAtDeg: [] }],
      detectionLimits: [{ phaseId: HOSTILE, weightFraction: 0.1, sigma: 3 }],
    },
    origin: { driver: HOSTILE, instrumentId: HOSTILE, simulated: true, modelSha256: HOSTILE, startedAtMs: 0, lastEntryAtMs: 0 },
  };

  test('are shown and never run', () => {
    const curves = demoCurves();
    const html = htmlReport(hostile, {
      ...OPTIONS,
      curves: { ...curves, phases: curves.phases.map((phase) => ({ ...phase, phaseId: HOSTILE })) },
    });
    expect(['&lt;script&gt;alert(1)', shown(html, '&lt;script&gt;alert(1)')]).toEqual(['&lt;script&gt;alert(1)', true]);
    expect(['<script>alert', shown(html, '<script>alert')]).toEqual(['<script>alert', false]);
    expect(['<img', shown(html, '<img')]).toEqual(['<img', false]);
    expect(html.split('<script').length - 1).toBe(2);
  });

  test('cannot end the data that the page carries', () => {
    const pattern = { ...record().pattern!, unit: '</script><script>alert(1)</script>' as 'counts' };
    expect(htmlReport({ ...record(), pattern }, OPTIONS).split('</script').length - 1).toBe(2);
  });
});

describe('a run that is not finished', () => {
  test('that has only begun is reported as such', () => {
    const context = newContext({ runId: RUN_ID, goal: GOAL, sampleId: 's', policyId: 'p', modelId: 'm', seed: 1 });
    const html = htmlReport(record(context), OPTIONS);
    expect(['not finished', shown(html, 'not finished')]).toEqual(['not finished', true]);
    expect(['No pattern has been merged', shown(html, 'No pattern has been merged')]).toEqual(['No pattern has been merged', true]);
    expect(badDrawings(html)).toEqual([]);
    expect(html.match(/NaN|undefined/)?.[0]).toBeUndefined();
  });

  test('after its first scan has the pattern and no phases', () => {
    const context = { ...demoContext(null), identificationId: null, cycles: demoContext().cycles.slice(0, 1), regions: [] };
    const html = htmlReport({ ...record(context), views: [] }, OPTIONS);
    expect(['class="measured alone"', shown(html, 'class="measured alone"')]).toEqual(['class="measured alone"', true]);
    expect(['What else it might be', shown(html, 'What else it might be')]).toEqual(['What else it might be', false]);
    expect(badDrawings(html)).toEqual([]);
  });

  test.each(['empty', 'of one point', 'without live time', 'with damaged numbers'])(
    'with a pattern %s is drawn without a bad number',
    (kind) => {
      const whole = record().pattern!;
      const cut = (n: number) => ({
        ...whole,
        twoThetaDeg: whole.twoThetaDeg.slice(0, n),
        counts: whole.counts.slice(0, n),
        liveS: whole.liveS.slice(0, n),
      });
      const pattern = {
        empty: cut(0),
        'of one point': cut(1),
        'without live time': { ...whole, liveS: whole.liveS.map(() => 0) },
        'with damaged numbers': { ...whole, counts: whole.counts.map((count, i) => (i % 7 === 0 ? Number.NaN : count)) },
      }[kind]!;
      const html = htmlReport({ ...record(), pattern }, OPTIONS);
      expect(badDrawings(html)).toEqual([]);
      expect(html.match(/NaN|Infinity/)?.[0]).toBeUndefined();
    },
  );
});

test('a single pattern has a report without a run', () => {
  const html = identifyReport({
    name: `${HOSTILE}.xy`,
    pattern: record().pattern!,
    identification: demoIdentification(),
    curves: demoCurves(),
    maps: [],
    modelSha256: 'cd'.repeat(32),
    version: '0.1.0',
    generatedAtMs: 0,
  });
  expect(['confident', shown(html, 'confident')]).toEqual(['confident', true]);
  expect(['ZrO₂ (137)', shown(html, 'ZrO₂ (137)')]).toEqual(['ZrO₂ (137)', true]);
  expect(['Visits by cycle', shown(html, 'Visits by cycle')]).toEqual(['Visits by cycle', false]);
  expect(html.split('<script').length - 1).toBe(2);
  expect(badDrawings(html)).toEqual([]);
});
