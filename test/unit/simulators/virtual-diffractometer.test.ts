import { describe, expect, test } from '@jest/globals';
import { chunkSchema, endSchema } from '../../../drivers/mqtt/protocol.ts';
import { estimateScanS } from '../../../src/domain/decision.ts';
import { Bench, SCAN } from './bench.ts';

const COST = new Bench().device.profile.capabilities.cost;
const RANGE = { fromDeg: 20, toDeg: 30 };

describe('a whole scan', () => {
  test('delivers every point once, on the commanded angles, and says where the time went', async () => {
    const bench = new Bench({ speed: 100 });
    bench.claim();
    expect(bench.send('scan', SCAN).body).toEqual({ state: 'started' });
    await bench.pass(1);
    const points = bench.chunks.flatMap((chunk) => chunk.counts.map((_, i) => chunk.fromUdeg + i * chunk.stepUdeg));
    expect(points).toEqual(Array.from({ length: 501 }, (_, i) => 20e6 + i * 20_000));
    expect(bench.chunks.map((chunk) => chunk.sequence)).toEqual(bench.chunks.map((_, i) => i));
    const { report } = bench.ends[0]!;
    expect(report).toMatchObject({ completeness: 'whole', reason: null, chunkCount: bench.chunks.length });
    const travelS = 15 / COST.slewDegPerS;
    const spentS = report.endedAtS - report.startedAtS;
    expect(spentS).toBeCloseTo(estimateScanS(COST, RANGE, 0.02, 1) + travelS, 6);
    expect(Object.values(report.ledgerS).reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(spentS, 6);
    expect(report.ledgerS).toMatchObject({ moving: travelS, overhead: 8, shutter: 1, waiting: 0 });
    for (const chunk of bench.chunks) chunkSchema.parse(chunk);
    endSchema.parse(bench.ends[0]);
  });

  test('takes the estimated time with a point detector too', async () => {
    const bench = new Bench({ speed: 1000, detector: 'point' });
    bench.claim();
    bench.send('scan', { ...SCAN, mode: 'step' });
    await bench.pass(2);
    const { report } = bench.ends[0]!;
    const { cost } = bench.device.profile.capabilities;
    expect(report.endedAtS - report.startedAtS).toBeCloseTo(estimateScanS(cost, RANGE, 0.02, 1) + 15 / cost.slewDegPerS, 6);
    expect(report.ledgerS.counting).toBeCloseTo(501, 6);
  });

  test('gives the same counts at any speed', async () => {
    const counts = [];
    for (const speed of [7, 'max'] as const) {
      const bench = new Bench({ speed });
      bench.claim();
      bench.send('scan', SCAN);
      await bench.pass(4);
      counts.push(bench.chunks.flatMap((chunk) => chunk.counts));
    }
    expect(counts[0]).toHaveLength(501);
    expect(counts[1]).toEqual(counts[0]);
  });

  test('opens the shutter for counting only', async () => {
    const bench = new Bench({ speed: 1 });
    bench.claim();
    bench.send('scan', SCAN);
    await bench.pass(9);
    expect(bench.device.circuitState().shutter).toBe('closed');
    await bench.pass(2);
    expect(bench.device.circuitState().shutter).toBe('open');
    await bench.pass(6);
    expect(bench.device.circuitState().shutter).toBe('closed');
    expect(bench.unsafeMoments()).toBe(0);
    const beam = bench.journal.filter(({ kind }) => kind === 'beam').map(({ fields }) => [fields['shutter'], fields['atS']] as const);
    expect(beam.map(([shutter]) => shutter)).toEqual(['open', 'closed']);
    expect(Number(beam[1]![1]) - Number(beam[0]![1])).toBeCloseTo(bench.ends[0]!.report.ledgerS.counting, 3);
  });
});

describe('once only', () => {
  test('a repeated command id gets the first answer, a known scan is never executed again', async () => {
    const bench = new Bench({ speed: 100 });
    bench.claim();
    const first = bench.send('scan', SCAN, { id: 'r1.1' });
    expect(bench.send('scan', SCAN, { id: 'r1.1' })).toEqual(first);
    expect(bench.send('scan', SCAN).body).toEqual({ state: 'running' });
    await bench.pass(1);
    expect(bench.send('scan', SCAN).body).toEqual({ state: 'finished' });
    expect(bench.send('scan', SCAN, { id: 'r1.1' })).toEqual(first);
    expect(bench.executions()).toBe(1);
  });

  test('keeps chunks until they are acknowledged and sends the rest again', async () => {
    const bench = new Bench({ speed: 'max' });
    bench.claim();
    bench.send('scan', SCAN);
    await bench.pass(0.5);
    const sent = [...bench.chunks];
    expect(sent).toHaveLength(8);
    const key = { requestId: 'r1', attempt: 1 };
    bench.send('acknowledge', { ...key, sequence: 2 });
    bench.chunks.length = 0;
    expect(bench.send('resend', { ...key, fromSequence: 0 }).body).toEqual({ from: 3, to: 8 });
    await bench.pass(0.1);
    expect(bench.chunks).toEqual(sent.slice(3));
    expect(bench.ends).toHaveLength(2);
    bench.send('acknowledge', { ...key, sequence: 7 });
    expect(bench.send('resend', { ...key, fromSequence: 0 }).body).toEqual({ from: 8, to: 8 });
    expect(bench.send('find', key).body).toMatchObject({ state: 'finished', report: { completeness: 'whole', chunkCount: 8 } });
    expect(bench.send('find', { ...key, attempt: 2 }).body).toEqual({ state: 'lost', report: null });
    expect(bench.refusal('resend', { ...key, attempt: 2, fromSequence: 0 })).toBe('unknownScan');
  });
});

describe('refusals', () => {
  test.each([
    ['wrongBoot', SCAN, { bootId: 'boot-0' }],
    ['expired', SCAN, { expiresAtS: -1 }],
    ['noLease', SCAN, { clientId: 'other' }],
    ['invalid', { ...SCAN, pointCount: 0 }, {}],
    ['invalid', { ...SCAN, sampleId: 'sample-9' }, {}],
    ['invalid', { ...SCAN, mode: 'step' }, {}],
    ['invalid', { ...SCAN, fromUdeg: 20_000_100 }, {}],
    ['outOfLimits', { ...SCAN, fromUdeg: 135e6 }, {}],
    ['outOfLimits', { ...SCAN, fromUdeg: 1e6 }, {}],
    ['outOfLimits', { ...SCAN, stepUdeg: 1000 }, {}],
    ['outOfLimits', { ...SCAN, dwellNs: 10 }, {}],
    ['outOfLimits', { ...SCAN, pointCount: 2 }, {}],
  ] as const)('%s', (code, body, envelope) => {
    const bench = new Bench();
    bench.claim();
    expect(bench.refusal('scan', body, envelope)).toBe(code);
    expect(bench.executions()).toBe(0);
  });

  test('busy while another scan runs', () => {
    const bench = new Bench();
    bench.claim();
    bench.send('scan', SCAN);
    expect(bench.refusal('scan', { ...SCAN, requestId: 'r2' })).toBe('busy');
  });

  test('one client commands at a time', () => {
    const bench = new Bench();
    bench.claim();
    expect(bench.refusal('claim', { ttlMs: 1000 }, { clientId: 'other' })).toBe('leaseHeld');
    expect(bench.refusal('acknowledge', { requestId: 'r1', attempt: 1, sequence: 0 }, { clientId: 'other' })).toBe('leaseHeld');
    expect(bench.send('release', {}).refusal).toBeNull();
    expect(bench.refusal('claim', { ttlMs: 1000 }, { clientId: 'other' })).toBeNull();
  });
});

describe('the way to the safe state', () => {
  test('a lease that nobody renews ends the scan within its time; what was counted is kept', async () => {
    const bench = new Bench({ speed: 1 });
    bench.claim(1000);
    bench.send('scan', SCAN);
    for (let i = 0; i < 24; i++) {
      await bench.pass(0.5);
      bench.send('renew', {});
    }
    expect(bench.device.circuitState().shutter).toBe('open');
    await bench.pass(1.05);
    expect(bench.device.circuitState().shutter).toBe('closed');
    const { report } = bench.ends[0]!;
    expect(report).toMatchObject({ completeness: 'cut-short', reason: 'the lease was not renewed in time' });
    const counted = bench.chunks.reduce((sum, chunk) => sum + chunk.counts.length, 0);
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThan(501);
    expect(bench.send('resend', { requestId: 'r1', attempt: 1, fromSequence: 0 }).body).toEqual({ from: 0, to: report.chunkCount });
    expect(bench.refusal('scan', { ...SCAN, attempt: 2 })).toBe('noLease');
  });

  test('safe stops the scan from anybody, at any time, and is idempotent', async () => {
    const bench = new Bench({ speed: 1 });
    expect(bench.send('safe', { reason: 'test' }, { bootId: 'boot-0', expiresAtS: 0 }).body).toEqual({ shutter: 'closed' });
    bench.claim();
    bench.send('scan', SCAN);
    await bench.pass(12);
    expect(bench.send('safe', { reason: 'enough' }, { clientId: 'other' }).body).toEqual({ shutter: 'closed' });
    await bench.pass(0.1);
    expect(bench.ends[0]!.report).toMatchObject({ completeness: 'cut-short', reason: 'enough' });
    const { ledgerS, startedAtS, endedAtS } = bench.ends[0]!.report;
    expect(Object.values(ledgerS).reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(endedAtS - startedAtS, 6);
    expect(bench.send('safe', { reason: 'again' }).body).toEqual({ shutter: 'closed' });
  });

  test('giving the lease back ends the scan', async () => {
    const bench = new Bench();
    bench.claim();
    bench.send('scan', SCAN);
    bench.send('release', {});
    await bench.pass(0.1);
    expect(bench.ends[0]!.report).toMatchObject({ completeness: 'cut-short', chunkCount: 0 });
  });

  test('a restarted client takes its lease over without stopping the scan', async () => {
    const bench = new Bench({ speed: 100 });
    bench.claim();
    bench.send('scan', SCAN);
    const old = bench.leaseId;
    bench.claim();
    expect(bench.leaseId).not.toBe(old);
    await bench.pass(1);
    expect(bench.ends[0]!.report.completeness).toBe('whole');
  });
});
