import { describe, expect, test } from '@jest/globals';
import { type FaultReach, NOTHING_TO_REACH } from '../../../simulators/faults/fault.ts';
import { faults } from '../../../simulators/faults/registry.ts';
import { armFaults, type FaultRecord, readFaultSchedule } from '../../../simulators/faults/schedule.ts';
import type { Tamper } from '../../../simulators/mqtt-endpoint.ts';
import { Bench, SCAN } from './bench.ts';

function armed(
  bench: Bench,
  schedule: string,
): { records: () => FaultRecord[]; tampers: Set<Tamper>; muted: boolean[]; crashes: number[] } {
  const tampers = new Set<Tamper>();
  const muted: boolean[] = [];
  const crashes: number[] = [];
  const reach: FaultReach = {
    device: bench.device,
    clock: bench.clock,
    signal: new AbortController().signal,
    ...NOTHING_TO_REACH,
    messages: {
      addTamper: (tamper) => {
        tampers.add(tamper);
        return () => tampers.delete(tamper);
      },
      repeatSafety: () => undefined,
      mute: (on) => muted.push(on),
    },
    crash: () => crashes.push(1),
  };
  return { records: armFaults(readFaultSchedule(schedule, 'faults.yaml'), reach, () => {}), tampers, muted, crashes };
}

describe('the schedule', () => {
  test.each([
    ['- {fault: no-such-fault, atS: 1}', /unknown fault 'no-such-fault'/],
    ['- {fault: crash}', /either atS or atPoint/],
    ['- {fault: crash, atS: 1, atPoint: 2}', /either atS or atPoint/],
    ['- {fault: lost-chunk, atS: 1, options: {chunks: 0}}', /entry 0 \(lost-chunk\): chunks/],
    ['- {fault: lost-chunk, atS: 1, options: {chunk: 1}}', /entry 0 \(lost-chunk\)/],
    ['fault: [', /not YAML/],
    ['crash', /schedule/],
  ])('refuses %s', (text, message) => {
    expect(() => readFaultSchedule(text, 'faults.yaml')).toThrow(message);
  });

  test('faults of the network need the embedded broker', () => {
    expect(() => armed(new Bench(), '- {fault: link-cut, atS: 1}')).toThrow(/needs the embedded broker/);
  });

  test('every fault has defaults for all its options', () => {
    for (const fault of faults.values()) expect(fault.optionsSchema.safeParse({}).success).toBe(true);
  });
});

describe.each([7, 'max'] as const)('at speed %s', (speed) => {
  test('an opening door drops the shutter at its point and the alarm outlasts the door', async () => {
    const bench = new Bench({ speed });
    const { records } = armed(bench, '- {fault: door-opens, atPoint: 200, options: {closesAfterS: 2, resetAfterS: 4}}');
    bench.claim();
    bench.send('scan', SCAN);
    await bench.pass(speed === 'max' ? 0.1 : 1.9);
    expect(bench.ends[0]!.report).toMatchObject({ completeness: 'cut-short', reason: 'the interlock opened: a door is open' });
    expect(bench.chunks.reduce((sum, chunk) => sum + chunk.counts.length, 0)).toBe(201);
    expect(bench.device.circuitState()).toMatchObject({ shutter: 'closed', interlockClosed: false });
    expect(bench.refusal('scan', { ...SCAN, attempt: 2 })).toBe('unsafe');
    await bench.pass(speed === 'max' ? 3 : 0.3);
    expect(bench.device.circuitState().interlockClosed).toBe(true);
    expect(bench.refusal('scan', { ...SCAN, attempt: 2 })).toBe('unsafe');
    await bench.pass(speed === 'max' ? 4 : 0.8);
    expect(bench.alarms.map(({ alarm }) => alarm?.kind ?? null)).toEqual(['interlock', null]);
    expect(bench.send('scan', { ...SCAN, attempt: 2 }).body).toEqual({ state: 'started' });
    expect(bench.unsafeMoments()).toBe(0);
    expect(records()).toMatchObject([{ fault: 'door-opens', effects: [{ effect: 'the door opened while the shutter was open' }] }]);
  });

  test('a generator that trips at its time ends the scan then', async () => {
    const bench = new Bench({ speed });
    armed(bench, '- {fault: generator-trip, atS: 12.5}');
    bench.claim();
    bench.send('scan', SCAN);
    await bench.pass(3);
    expect(bench.ends[0]!.report).toMatchObject({ completeness: 'cut-short', endedAtS: 12.5 });
    expect(bench.device.circuitState()).toMatchObject({ shutter: 'closed', generatorOn: false });
  });
});

test('a fault at a point waits for a scan that gets there', async () => {
  const bench = new Bench({ speed: 'max' });
  const { records } = armed(bench, '- {fault: generator-trip, atPoint: 100}\n- {fault: lost-chunk, atPoint: 0, scan: 3}');
  bench.claim();
  bench.send('scan', { ...SCAN, pointCount: 50 });
  await bench.pass(0.2);
  expect(bench.ends[0]!.report.completeness).toBe('whole');
  bench.send('scan', { ...SCAN, attempt: 2 });
  await bench.pass(0.2);
  expect(bench.ends[1]!.report.completeness).toBe('cut-short');
  expect(records().map((record) => record.effects.length)).toEqual([1, 0]);
});

test('where the shutter sticks, the high voltage goes and the readback says so', async () => {
  const bench = new Bench();
  armed(bench, '- {fault: shutter-stuck, atS: 11}');
  bench.claim();
  bench.send('scan', SCAN);
  await bench.pass(12);
  expect(bench.send('safe', { reason: 'enough' }).body).toEqual({ shutter: 'open' });
  expect(bench.device.circuitState()).toMatchObject({ shutter: 'open', generatorOn: false });
  expect(bench.alarms.map(({ alarm }) => alarm?.kind)).toEqual(['shutter']);
  await bench.pass(0.1);
  expect(bench.ends[0]!.report.completeness).toBe('cut-short');
  expect(bench.refusal('scan', { ...SCAN, attempt: 2 })).toBe('unsafe');
  expect(bench.unsafeMoments()).toBe(0);
});

test('local control cuts the scan short and refuses others until it ends', async () => {
  const bench = new Bench();
  armed(bench, '- {fault: local-control, atS: 5, options: {endsAfterS: 3}}');
  bench.claim();
  bench.send('scan', SCAN);
  await bench.pass(6);
  expect(bench.ends[0]!.report.reason).toMatch(/local control/);
  expect(bench.refusal('scan', { ...SCAN, attempt: 2 })).toBe('localControl');
  await bench.pass(3);
  expect(bench.refusal('scan', { ...SCAN, attempt: 2 })).toBeNull();
  expect(bench.alarms.map(({ alarm }) => alarm?.kind ?? null)).toEqual(['localControl', null]);
});

describe('faults of frames', () => {
  test.each([
    ['lost-chunk', ['a', 'b', 'c', 'd'], ['c', 'd'], 2],
    ['repeated-chunk', ['a', 'b', 'c'], ['a', 'a', 'b', 'b', 'c'], 2],
    ['reordered-chunk', ['a', 'b', 'c', 'd', 'e'], ['b', 'a', 'd', 'c', 'e'], 2],
    ['garbled-chunk', ['abcd', 'efgh', 'ijkl'], ['ab', 'ef', 'ijkl'], 2],
  ])('%s', async (fault, frames, sent, effects) => {
    const bench = new Bench();
    const { records, tampers } = armed(bench, `- {fault: ${fault}, atS: 0, options: {chunks: 2}}`);
    bench.device.tick();
    const out = frames.flatMap((frame) =>
      [...tampers].reduce((all: readonly string[], tamper) => all.flatMap((one) => tamper(one)), [frame]),
    );
    expect(out).toEqual(sent);
    expect(records()[0]!.effects).toHaveLength(effects);
  });
});

test('safety messages fall silent for their time, a crash is passed on', async () => {
  const bench = new Bench();
  const { muted, crashes } = armed(bench, '- {fault: stale-safety, atS: 0, options: {forWallS: 2}}\n- {fault: crash, atS: 1}');
  await bench.pass(0.5);
  expect(muted).toEqual([true]);
  expect(crashes).toEqual([]);
  await bench.pass(2);
  expect(muted).toEqual([true, false]);
  expect(crashes).toEqual([1]);
});
