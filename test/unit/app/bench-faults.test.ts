import { describe, expect, test } from '@jest/globals';
import { readFaultSchedule } from '../../../simulators/faults/schedule.ts';
import { BlackBox, type Note } from '../../../src/app/bench/faults/black-box.ts';
import { drawSchedule, writtenSchedule } from '../../../src/app/bench/faults/draw-schedule.ts';
import type { HeldScan } from '../../../src/app/bench/faults/held.ts';
import { judgeCounts } from '../../../src/app/bench/faults/judge-counts.ts';
import { judgeFrames } from '../../../src/app/bench/faults/judge-frames.ts';
import { judgeSafety } from '../../../src/app/bench/faults/judge-safety.ts';
import type { Round, Trial } from '../../../src/app/bench/faults/run-schedule.ts';
import { TallyBook } from '../../../src/app/bench/faults/tally.ts';
import { benchFaults } from '../../../src/app/bench-faults.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import type { VerdictKind } from '../../../src/domain/decision.ts';
import type { Scan } from '../../../src/domain/scan.ts';
import { newContext } from '../../../src/loop/context.ts';
import { scanCommand } from '../../support/scan-command.ts';

/** The judge must be able to say no: each rule is broken here by hand. */
const COUNTS = [5, 6, 7, 8];
const command = scanCommand({ requestId: 'r', range: { fromDeg: 20, toDeg: 20.06 }, pointCount: 4, dwellS: 2 });

function boxWith(counts: readonly number[], executions = 1, name = 'r'): BlackBox {
  let ms = 0;
  const box = new BlackBox(() => ms++);
  box.asked('r.1');
  const specimen = box.overhear({ expose: () => ({ count: () => ({ fromUdeg: 0, counts: [...counts], liveNs: 2e9 }) }) } as never);
  for (let k = 0; k < executions; k++) {
    box.note('execution', { requestId: name, attempt: 1, fromUdeg: 20e6, stepUdeg: 20_000, dwellNs: 2e9, pointCount: 4 });
    specimen.expose({} as never, (() => 0) as never).count(0, counts.length);
    box.note('chunk', { points: counts.length, countsSum: counts.reduce((sum, count) => sum + count, 0) });
  }
  return box;
}

function trialWith(as: string, changes: Partial<Trial> = {}, verdict: VerdictKind = 'accept'): Trial {
  const fresh = newContext({ runId: 'run', goal: {} as never, sampleId: 's', policyId: 'p', modelId: 'm', seed: 1 });
  const context = { ...fresh, verdict: { kind: verdict, reasonCode: 'goalMet' as const, phaseIds: [], setProbability: null, reason: '' } };
  const rounds: Round[] = [{ state: 'finished', verdict: 'goalMet: done', beamOn: false }];
  return { as, runId: 'run', box: boxWith(COUNTS), rounds, context, records: [], keptFrom: () => null, beamOnAtEnd: false, ...changes };
}

function heldWith(counts: readonly number[], gaps: Scan['gaps'] | null = []): HeldScan {
  const points = counts.map((count, i) => ({ deg: 20 + 0.02 * i, counts: count, liveS: 2 }));
  const scan = gaps && ({ gaps, completeness: gaps.length === 0 ? 'whole' : 'cut-short' } as unknown as Scan);
  return { command, points, sequences: new Set(counts.length > 0 ? [0] : []), scan };
}

describe('the judge of counts', () => {
  test('has nothing to say where the agent holds what the instrument counted', () => {
    const judgement = judgeCounts(trialWith('daco-mp'), [heldWith(COUNTS)]);
    expect(judgement).toMatchObject({ missing: { points: 0 }, wrongPoints: 0, doubleExecutions: 0, findings: [] });
  });

  test('misses what was counted and is neither held nor declared lost', () => {
    const judgement = judgeCounts(trialWith('daco-mp'), [heldWith([5, 6])]);
    expect(judgement.missing).toEqual({ points: 2, counts: 15, liveS: 4 });
    expect(judgement.findings).toHaveLength(1);
  });

  test('takes a gap for a declared loss, and a scan without a record where the run ended with a fault', () => {
    const lost = { points: 2, counts: 15, liveS: 4 };
    expect(judgeCounts(trialWith('daco-mp'), [heldWith([5, 6], [{ fromDeg: 20.04, toDeg: 20.06 }])])).toMatchObject({
      missing: { points: 0 },
      declaredLost: lost,
    });
    expect(judgeCounts(trialWith('daco-mp', {}, 'fault'), [heldWith([5, 6], null)]).declaredLost).toEqual(lost);
    expect(judgeCounts(trialWith('daco-mp'), [heldWith([5, 6], null)]).missing).toEqual(lost);
  });

  test('on a wire that keeps what is not acknowledged, no gap excuses what was acknowledged', () => {
    const gap = heldWith([], [{ fromDeg: 20, toDeg: 20.06 }]);
    expect(judgeCounts(trialWith('mqtt', { keptFrom: () => 0 }), [gap]).kept.points).toBe(4);
    expect(judgeCounts(trialWith('mqtt', { keptFrom: () => 1 }), [gap]).missing.points).toBe(4);
  });

  test('finds counts that are not those of the instrument, at other angles, or of no execution', () => {
    expect(judgeCounts(trialWith('daco-mp'), [heldWith([5, 6, 7, 9])]).wrongPoints).toBe(1);
    expect(judgeCounts(trialWith('daco-mp'), [heldWith([...COUNTS, 9])]).wrongPoints).toBe(1);
    const shifted = heldWith(COUNTS);
    const points = shifted.points.map((point) => ({ ...point, deg: point.deg + 0.01 }));
    expect(judgeCounts(trialWith('daco-mp'), [{ ...shifted, points }])).toMatchObject({ wrongPoints: 4, missing: { points: 4 } });
    expect(judgeCounts(trialWith('daco-mp', { box: boxWith(COUNTS, 0) }), [heldWith(COUNTS)]).wrongPoints).toBe(4);
  });

  test('finds counts of the dark that are held as if they were true', () => {
    const box = boxWith(COUNTS);
    box.executions[0]!.counts.fill(null, 2);
    expect(judgeCounts(trialWith('daco-mp', { box }), [heldWith([5, 6, 0, 0])]).wrongPoints).toBe(2);
  });

  test('finds a scan that was executed twice, and one that nobody asked for', () => {
    expect(judgeCounts(trialWith('daco-mp', { box: boxWith(COUNTS, 2) }), [heldWith(COUNTS)]).doubleExecutions).toBe(1);
    const foreign = judgeCounts(trialWith('mqtt', { box: boxWith(COUNTS, 1, 'x') }), [heldWith([])]);
    expect(foreign.findings).toEqual([expect.stringMatching(/x\.1, which was never commanded/)]);
  });
});

describe('the judge of frames', () => {
  const many = Array.from({ length: 400 }, (_, i) => ({ deg: 20 + 0.02 * i, counts: 10_000, liveS: 10 }));
  const reference = { points: many, exposureS: 100 };
  const wide = scanCommand({ requestId: 'r', range: { fromDeg: 20, toDeg: 27.98 }, pointCount: 400, dwellS: 10 });
  const whole = { completeness: 'whole', gaps: [] } as unknown as Scan;
  const boxWithFrame = (exposureS: number): BlackBox => {
    const box = new BlackBox(() => 0);
    box.note('frame', { exposureS });
    return box;
  };
  const judge = (points: typeof many, exposureS = 100) =>
    judgeFrames(
      trialWith('huber-mythen', { box: boxWithFrame(exposureS) }),
      [{ command: wide, points, sequences: new Set(), scan: whole }],
      reference,
    );

  test('is content with the same scan', () => {
    expect(judge(many).findings).toEqual([]);
  });

  test('finds points that are missing, too dark, too bright, moved, short of time, or of frames that there were not', () => {
    expect(judge(many.slice(1)).missing.points).toBe(1);
    expect(judge(many.map((point) => ({ ...point, counts: 6000 }))).wrongPoints).toBe(400);
    expect(judge(many.map((point) => ({ ...point, counts: 12_000 }))).wrongPoints).toBe(400);
    expect(judge(many.map((point, i) => ({ ...point, counts: i % 2 ? 7000 : 11_000 }))).wrongPoints).toBe(400);
    expect(judge(many.map((point) => ({ ...point, counts: 5000, liveS: 5 }))).missing.liveS).toBeCloseTo(3.5 * 400);
    expect(judge(many, 50).doubleExecutions).toBe(1);
  });
});

describe('the judge of safety', () => {
  const note = (wallMs: number, kind: string, fields: object = {}): Note => ({ ...fields, kind, wallMs });
  const on = { shutter: 'open', generatorOn: true };
  const off = { shutter: 'closed', generatorOn: true };
  const judge = (notes: Note[], changes: Partial<Trial> = {}, faults: Parameters<typeof judgeSafety>[1] = []) => {
    const box = new BlackBox(() => 0);
    box.notes.push(...notes);
    return judgeSafety(trialWith('mqtt', { box, ...changes }), faults);
  };

  test('counts beams against the interlock, and runs that end as safe with the beam on', () => {
    expect(judge([note(0, 'beam', { ...on, unsafe: true })]).unsafeTicks).toBe(1);
    const lit = { verdict: 'link: gone', beamOn: true } as const;
    expect(judge([], { rounds: [{ state: 'finished', ...lit }] }).unsafeTicks).toBe(1);
    expect(judge([], { rounds: [{ state: 'faulted', ...lit }] }).unsafeTicks).toBe(0);
    expect(judge([], { rounds: [{ state: 'hung', ...lit }] }).findings).toEqual(['the run hung']);
  });

  test('finds a beam that was left on though the agent could reach the shutter, and none where it could not', () => {
    const lit = { beamOnAtEnd: true, rounds: [{ state: 'faulted', verdict: 'interlock: it is not confirmed', beamOn: true }] as Round[] };
    const found = (as: string, ...names: string[]) =>
      judgeSafety(
        trialWith(as, lit),
        names.map((fault) => ({ fault, atS: 1, options: {} })),
      );
    const left = ['the beam was left on, though nothing kept the agent from the shutter'];
    expect(found('daco-mp', 'door-opens', 'lost-reply')).toMatchObject({ beamLeftOn: true, findings: left });
    expect(found('mqtt').findings).toEqual(left);
    expect(found('daco-mp', 'door-opens', 'unplugged-port')).toMatchObject({ beamLeftOn: true, findings: [] });
    expect(found('huber-mythen', 'limit-switch').findings).toEqual([]);
  });

  test('times the way from a fault to the beam off, at once where the circuit acted before it was written down', () => {
    const slow = [note(0, 'beam', on), note(1000, 'fault', { fault: 'local-control' }), note(1250, 'beam', off)];
    expect(judge(slow).waysToSafe).toEqual([{ fault: 'local-control', toldBy: 'cabinet', seconds: 0.25 }]);
    const atOnce = [note(0, 'beam', on), note(1000, 'beam', off), note(1000.1, 'fault', { fault: 'door-opens' })];
    expect(judge(atOnce).waysToSafe).toMatchObject([{ seconds: 0 }]);
    const dark = [note(0, 'beam', off), note(1000, 'fault', { fault: 'door-opens' }), note(2000, 'beam', on), note(3000, 'beam', off)];
    expect(judge(dark).waysToSafe).toEqual([]);
    expect(judge(slow.slice(0, 2)).waysToSafe).toMatchObject([{ seconds: null }]);
  });

  test('asks for it only of links that are gone for long', () => {
    const notes = [note(0, 'beam', on), note(1000, 'fault', { fault: 'half-open-link' }), note(3500, 'beam', off)];
    const link = (options: object) =>
      judge(notes, {}, [{ fault: 'half-open-link', atS: 1, options: { ...options } }]).waysToSafe.map(({ seconds }) => seconds);
    expect([link({ forWallS: 0.1 }), link({ forWallS: null }), link({ forWallS: 4 })]).toEqual([[], [2.5], [2.5]]);
  });
});

describe('schedules', () => {
  const stage = { as: 'daco-mp', faults: ['door-opens', 'lost-reply', 'half-open-link', 'early-ready'], spanS: 200, points: 40, scans: 2 };

  test('are the same for the same seed, of one to three faults, and can all be read', () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => drawSchedule(stage, seed, 0, seededRandom(1)));
    expect(drawn[7]).toEqual(drawSchedule(stage, 7, 0, seededRandom(1)));
    expect(drawn[7]).not.toEqual(drawSchedule(stage, 7, 1, seededRandom(1)));
    for (const { yaml, faults } of drawn) expect(readFaultSchedule(yaml, 'drawn')).toHaveLength(faults.length);
    expect(new Set(drawn.map(({ faults }) => faults.length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(drawn.flatMap(({ faults }) => faults.map(({ fault }) => fault)))).toEqual(new Set(stage.faults));
  });

  test('may be written by hand, and a wrong one is refused', () => {
    expect(writtenSchedule('mine', '- { fault: crash, atS: 3 }').faults).toEqual([{ fault: 'crash', atS: 3, options: {} }]);
    expect(() => writtenSchedule('mine', '- { fault: none, atS: 3 }')).toThrow(/unknown fault 'none'/);
  });

  test('count only where all their faults took effect; what they broke counts always', () => {
    const book = new TallyBook('daco-mp', 'RS-232');
    const schedule = writtenSchedule('mine', '- { fault: crash, atS: 3 }');
    const records = [{ fault: 'crash', effects: [{ atS: 3, effect: 'gone' }] }];
    const counts = judgeCounts(trialWith('daco-mp'), [heldWith([5, 6])]);
    const safety = judgeSafety(trialWith('daco-mp'), schedule.faults);
    book.add(trialWith('daco-mp', { records }), schedule, counts, safety, true);
    book.add(trialWith('daco-mp'), schedule, counts, safety, false);
    expect(book.result(['crash', 'door-opens'])).toMatchObject({
      schedules: 1,
      runs: 2,
      faultsFired: { crash: 1 },
      neverFired: ['door-opens'],
      countsMissing: 30,
      liveSMissing: 8,
      timeToSafeS: { p50: null, n: 0 },
      violations: [{ schedule: 'mine' }, { schedule: 'mine' }],
    });
  });
});

test('a run whose safe state is never confirmed is not completed, whatever its verdict', () => {
  const book = new TallyBook('daco-mp', 'RS-232');
  const schedule = writtenSchedule('mine', '');
  const counts = judgeCounts(trialWith('daco-mp'), [heldWith(COUNTS)]);
  const add = (state: Round['state']) => {
    const trial = trialWith('daco-mp', { rounds: [{ state, verdict: 'goalMet: done', beamOn: false }] });
    book.add(trial, schedule, counts, judgeSafety(trial, []), true);
  };
  add('faulted');
  expect(book.result([])).toMatchObject({ completed: 0, endedWithFault: 1 });
  add('finished');
  expect(book.result([])).toMatchObject({ completed: 1, endedWithFault: 1 });
});

test.each([
  [{ driver: 'd5000' }, /no driver 'd5000' to be tried/],
  [{ only: '1.2,x' }, /'x' is no name of a schedule/],
  [{ schedules: '0' }, /--schedules 0 is not a whole number/],
  [{ faults: '/nowhere/faults.yaml' }, /cannot be read/],
])('%j is refused before anything starts', async (options, message) => {
  await expect(benchFaults.run(options, {} as never)).rejects.toMatchObject({ code: 'badInput', message: expect.stringMatching(message) });
});
