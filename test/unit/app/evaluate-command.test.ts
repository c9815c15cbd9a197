import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../src/app/evaluate-command.ts';
import type { EvaluateResult } from '../../../src/app/evaluate-result.ts';
import { remaining } from '../../../src/app/identify-items.ts';
import { parseLabels } from '../../../src/app/labels.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';
import { candidate } from '../../support/identifications.ts';
import { claims, columns, environment, fakeIdentifier } from './fake-identifier.ts';

const options = { seed: '1', match: 'strict', model: 'fake', method: 'hybrid' };
const copper = { anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] };
let folder: string;
let labels: string;

function label(id: string, peakDeg: number, phaseIds: readonly (string | null)[], more: Record<string, unknown> = {}) {
  writeFileSync(join(folder, `${id}.xy`), columns(peakDeg));
  const phases = phaseIds.map((phaseId) => ({
    phaseId,
    name: 'powder',
    weightFraction: 1 / phaseIds.length,
    inReferenceSet: phaseId !== null,
  }));
  const facts = { complete: true, role: 'normal', tags: ['t'], use: ['identify', 'fractions', 'thin'], certainty: 'stated by source' };
  return { id, file: `${id}.xy`, radiation: copper, sampleId: id, phases, ...facts, ...more };
}

/** The peak tells the phase: 20 degrees MgO, 30 NiO, 40 CaO. */
const known = ['MgO_225', 'NiO_225', 'CaO_225'];
const peakOf = ({ twoThetaDeg, counts }: Pattern) => twoThetaDeg[counts.indexOf(Math.max(...counts))]!;
const honest = () => fakeIdentifier(known, (pattern) => claims(known[Math.round(peakOf(pattern) / 10) - 2] ?? 'CaO_225'));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-evaluate-'));
  labels = join(folder, 'labels.json');
  const entries = [
    label('right', 20, ['OMg_225'], { tags: ['t', 'good'] }),
    label('wrong', 30, ['CaO_225'], { certainty: 'from file name' }),
    label('outside', 30, ['ZrO2_14']),
    label('glass', 40, ['CaO_225', 'SiO2_0']),
    label('partial', 30, ['NiO_225'], { complete: false }),
    label('noid', 30, ['NiO_225', null]),
    label('replay', 30, ['NiO_225'], { use: ['replay'] }),
    label('trap', 30, [null], { role: 'abstain', use: ['abstain'], complete: false }),
    { ...label('gone', 30, ['NiO_225']), file: 'missing.xy' },
  ];
  writeFileSync(labels, JSON.stringify(entries));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(more: Record<string, string> = {}, identifier = honest()) {
  const outcome = await evaluate(labels, { ...options, ...more }, environment(), async () => identifier);
  return { outcome, identifier, result: outcome.result as unknown as EvaluateResult };
}

describe('evaluate', () => {
  test('scores what may be scored and names the rest with the reason', async () => {
    const { result, outcome, identifier } = await run();
    expect(result.patterns.map(({ id, missed, invented, exactStrict }) => [id, missed, invented, exactStrict])).toEqual([
      ['right', [], [], true],
      ['wrong', ['CaO_225'], ['NiO_225'], false],
      ['glass', [], [], true],
    ]);
    expect([result.n, result.total.tp, result.total.fp, result.total.fn, result.total.exact]).toEqual([3, 2, 1, 1, 2]);
    expect(Object.fromEntries(result.skipped.map(({ id, reason }) => [id, reason]))).toEqual({
      outside: 'outside the model: ZrO2_14',
      partial: 'not all of its phases are named',
      noid: 'its phase powder has no id',
      replay: 'it is not for identification',
      gone: expect.stringContaining('there is no file'),
    });
    expect(outcome.warnings).toEqual([{ code: 'unreadable', message: expect.stringContaining('gone') }]);
    expect(result.abstain).toMatchObject({ n: 1, right: 0 });
    expect(Object.keys(result.byTag)).toEqual(['good', 't']);
    expect(result.byCertainty['from file name']!.exact).toBe(0);
    expect(result.byPhase).toEqual({
      CaO_225: { tp: 1, fp: 0, fn: 1 },
      MgO_225: { tp: 1, fp: 0, fn: 0 },
      NiO_225: { tp: 0, fp: 1, fn: 0 },
    });
    expect(result.timingMs).toEqual({ networkP50: 1, networkP95: 1, totalP50: 10, totalP95: 10 });
    expect(result.source).toEqual({ labelsSha256: expect.stringMatching(/^[0-9a-f]{64}$/), suite: null, suiteSha256: null });
    expect([outcome.simulated, outcome.seed, identifier.isClosed()]).toEqual([false, 1, true]);
    expect(outcome.text).toContain('wrong: missed CaO_225, invented NiO_225');
  });

  test('an answer without confidence is right for a trap', async () => {
    const { result } = await run(
      {},
      fakeIdentifier(known, () => ({ candidates: [], verdict: 'novel' })),
    );
    expect(result.abstain).toMatchObject({ n: 1, right: 1 });
    expect(result.total.fn).toBe(3);
  });

  test('strict and grouped stand together', async () => {
    const grouping = fakeIdentifier(known, () => ({ candidates: [candidate('NiO_225', 0.9, { groupPhaseIds: ['MgO_225', 'CaO_225'] })] }));
    const { result } = await run({ match: 'group' }, grouping);
    expect([result.strict.exact, result.grouped.exact, result.total.exact]).toEqual([0, 3, 3]);
    expect(result.patterns[0]).toMatchObject({ exactStrict: false, exactGroup: true, missed: [] });
  });

  test('thins integer counts by seed, scan and repeat', async () => {
    const { result, identifier } = await run({ thin: '0.25', repeats: '3', tag: 'good' });
    expect([result.thin, result.repeats, result.n]).toEqual([0.25, 3, 3]);
    const sums = identifier.seen.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0));
    expect(new Set(sums).size).toBe(3);
    expect(identifier.seen[0]!.liveS[0]).toBe(0.25);
    const all = await run({ thin: '0.25', repeats: '3' });
    expect(all.identifier.seen[1]!.counts).toEqual(identifier.seen[1]!.counts);
    const other = await run({ thin: '0.25', repeats: '3', tag: 'good', seed: '2' });
    expect(other.identifier.seen[1]!.counts).not.toEqual(identifier.seen[1]!.counts);
    expect(all.result.skipped.find(({ id }) => id === 'replay')?.reason).toBe('it is not for thinning');
  });

  test('scores the baselines it is asked for', async () => {
    const asked: string[] = [];
    const outcome = await evaluate(labels, { ...options, baselines: 'nnls', limit: '1' }, environment(), async ({ method }) => {
      asked.push(method!);
      return honest();
    });
    expect(asked).toEqual(['hybrid', 'nnls']);
    expect(outcome.result).toMatchObject({ n: 1, baselines: { nnls: { exact: 1 } } });
  });

  test('what a baseline cannot heed is refused before the first pattern, and nothing stays open', async () => {
    const opened: ReturnType<typeof honest>[] = [];
    const open = async () => {
      opened.push(honest());
      return opened.at(-1)!;
    };
    const asking = (more: object) => evaluate(labels, { ...options, baselines: 'nnls,network', ...more }, environment(), open);
    await expect(asking({ elements: 'Mg,O' })).rejects.toMatchObject({
      code: 'badInput',
      subject: '--elements',
      message: 'the baseline network cannot heed --elements',
      remedy: expect.stringContaining('--baselines'),
    });
    await expect(asking({ baselines: 'nnls,magic' })).rejects.toMatchObject({ subject: '--baselines' });
    await expect(asking({ method: 'magic' })).rejects.toMatchObject({ subject: '--method' });
    expect(opened).toEqual([]);
  });

  test('a baseline that cannot be opened ends it before the first pattern', async () => {
    const identifier = honest();
    const failing = evaluate(labels, { ...options, baselines: 'network' }, environment(), async ({ method }) => {
      if (method === 'network') throw new Error('no network here');
      return identifier;
    });
    await expect(failing).rejects.toThrow('no network here');
    expect([identifier.seen.length, identifier.isClosed()]).toEqual([0, true]);
  });

  test('leaves out each phase in turn, and counts what is accepted in its place', async () => {
    const asked: (readonly string[])[] = [];
    const whole = honest();
    const identifier = {
      ...whole,
      without: (phaseIds: readonly string[]) => {
        asked.push(phaseIds);
        return fakeIdentifier(known, () => claims(phaseIds.includes('CaO_225') ? 'NiO_225' : 'CaO_225'));
      },
    };
    const outcome = await evaluate(labels, { ...options, leaveOneOut: true }, environment(), async () => identifier);
    const { novelty } = outcome.result as unknown as EvaluateResult;
    expect(asked).toEqual([['OMg_225'], ['CaO_225'], ['CaO_225']]);
    expect(novelty).toMatchObject({ n: 3, falseLibraryAccept: 1, coverage: 1 });
    expect(novelty!.cases.map(({ id, standIns }) => [id, standIns])).toEqual([
      ['right', ['CaO_225']],
      ['wrong', ['NiO_225']],
      ['glass', ['NiO_225']],
    ]);
    expect(outcome.text).toContain('right without OMg_225: accepted as CaO_225');
    const unable = honest();
    await expect(evaluate(labels, { ...options, leaveOneOut: true }, environment(), async () => unable)).rejects.toThrow(
      'fake cannot leave a phase out of its library',
    );
    expect([unable.seen.length, unable.isClosed()]).toEqual([0, true]);
    expect((await run()).result.novelty).toBeNull();
  });

  test('an interrupt ends it between two patterns', async () => {
    const interrupt = new AbortController();
    const identifier = fakeIdentifier(known, () => {
      interrupt.abort();
      return claims('MgO_225');
    });
    const failing = evaluate(labels, options, environment(interrupt.signal), async () => identifier);
    await expect(failing).rejects.toMatchObject({ code: 'interrupted', message: 'interrupted after 1 of 4 patterns' });
    expect(identifier.isClosed()).toBe(true);
  });

  test.each([
    [{ thin: '2' }, '--thin 2 is no share'],
    [{ repeats: '5' }, 'same answer every time'],
    [{ match: 'loose' }, "no match 'loose'"],
    [{ limit: '0' }, '--limit 0 is not a whole number from 1'],
    [{ seed: 'x' }, '--seed x is not a whole number from 0'],
    [{ tag: 'nope' }, "has the tag 'nope'"],
    [{ leaveOneOut: true, thin: '0.5' }, 'scored on whole patterns'],
    [{ baselines: 'magic' }, "no method 'magic'"],
  ])('refuses %j', async (more, message) => {
    await expect(run(more as unknown as Record<string, string>)).rejects.toMatchObject({
      code: 'badInput',
      message: expect.stringContaining(message),
    });
  });

  test('tells the time left', () => {
    expect(remaining(1000, 0, 10)).toBe('an unknown time');
    expect(remaining(10_000, 5, 10)).toBe('about 10 s');
    expect(remaining(60_000, 1, 11)).toBe('about 10 min');
  });
});

describe('labels', () => {
  test('says which entry is wrong', () => {
    expect(() => parseLabels('{', 'l.json')).toThrow('the labels l.json are not JSON');
    expect(() => parseLabels('[]', 'l.json')).toThrow('l.json are wrong at the array');
    const entry = {
      id: 'a',
      file: 'a.xy',
      use: [],
      complete: true,
      role: 'normal',
      radiation: null,
      phases: [{ phaseId: 'MgO_225', weightFraction: 40 }],
    };
    expect(() => parseLabels(JSON.stringify([entry]), 'l.json')).toThrow('entry a: phases.0.weightFraction');
    const good = { ...entry, phases: [] };
    expect(() => parseLabels(JSON.stringify([good, good]), 'l.json')).toThrow('name a twice');
  });
});
