import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { birthSchema, chunkSchema, endSchema, safetySchema, topicsOf } from '../../drivers/mqtt/protocol.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';
import { WireClient } from './wire-client.ts';

const ROOT = 'ewald/v1/lab/sim1';
const topics = topicsOf(ROOT);
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: SimulatorOptionsInput): Promise<{ simulator: RunningSimulator; client: WireClient }> {
  const simulator = await runSimulator({ phases: [{ phaseId: 'MgO_225', height: 1 }], ...options }, { log: silentLog });
  cleanUps.push(() => simulator.close());
  const client = await new WireClient(simulator.url, ROOT).open();
  cleanUps.push(() => client.close());
  return { simulator, client };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ewald-sim-'));
  cleanUps.push(() => rmSync(path, { recursive: true }));
  return path;
}

function faultFile(schedule: string): string {
  const file = join(folder(), 'faults.yaml');
  writeFileSync(file, schedule);
  return file;
}

const KEY = { requestId: 'r1', attempt: 1 };

function scanOf(client: WireClient, pointCount = 1001) {
  const { sampleId } = client.birth();
  return { ...KEY, sampleId, fromUdeg: 20e6, stepUdeg: 20_000, pointCount, dwellNs: 1e9, mode: 'continuous' };
}

describe('a scan over a real broker', () => {
  test('keeps the contract and never tells what the sample is', async () => {
    const truthFile = join(folder(), 'truth.json');
    const journal = join(folder(), 'journal.jsonl');
    const phases = [
      { phaseId: 'ZrO2_14', height: 1 },
      { phaseId: 'CaF2_225', height: 0.4 },
      { phaseId: 'MgO_225', height: 0.08 },
    ];
    const { client } = await start({ seed: 11, speed: 'max', phases, truth: truthFile, journal });
    birthSchema.parse(client.birth());
    await client.claim(5000);
    expect((await client.send('scan', scanOf(client))).body).toEqual({ state: 'started' });
    await client.until('the end', () => client.last(topics.end('r1', 1)) !== null);
    const chunks = client.all(topics.chunk('r1', 1)).map((chunk) => chunkSchema.parse(chunk));
    expect(chunks.flatMap((chunk) => chunk.counts)).toHaveLength(1001);
    expect(endSchema.parse(client.last(topics.end('r1', 1))).report).toMatchObject({ completeness: 'whole', chunkCount: chunks.length });
    expect((await client.send('find', KEY)).body).toMatchObject({ state: 'finished' });
    const truth = JSON.parse(readFileSync(truthFile, 'utf8'));
    expect(truth).toMatchObject({ seed: 11, phaseIds: ['ZrO2_14', 'CaF2_225', 'MgO_225'] });
    const notes = readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(notes.filter(({ kind }) => kind === 'execution')).toMatchObject([KEY]);
    expect(notes.filter(({ kind }) => kind === 'chunk')).toHaveLength(chunks.length);
    const wire = client.heard.map(({ topic, text }) => `${topic} ${text}`).join('\n');
    expect(wire).toContain('sample-11');
    for (const word of ['ZrO2', 'CaF2', 'MgO', 'zircon', 'baddeley', 'fluor', 'periclas', 'references', 'truth'])
      expect(wire.toLowerCase()).not.toContain(word.toLowerCase());
  });

  test('a replayed recording does not tell its file name either', async () => {
    const file = join(folder(), 'corundum-fast.xy');
    writeFileSync(file, Array.from({ length: 300 }, (_, i) => `${(20 + i * 0.02).toFixed(2)} ${50 + (i % 7)}`).join('\n'));
    const { client } = await start({ phases: null, replay: file, radiation: 'CuKa12', speed: 'max' });
    await client.claim(5000);
    expect((await client.send('scan', scanOf(client, 300))).body).toEqual({ state: 'started' });
    await client.until('the end', () => client.last(topics.end('r1', 1)) !== null);
    const counts = client.all(topics.chunk('r1', 1)).flatMap((chunk) => chunk['counts'] as number[]);
    expect(counts).toEqual(Array.from({ length: 300 }, (_, i) => 50 + (i % 7)));
    expect((await client.send('scan', { ...scanOf(client, 300), attempt: 2 })).refusal).toMatchObject({ code: 'deviceFault' });
    expect(client.heard.some(({ topic, text }) => /corundum|\.xy/.test(topic + text))).toBe(false);
  });

  test('resends what is not acknowledged; garbage on the command topics does no harm', async () => {
    const { client } = await start({ speed: 'max' });
    await client.claim(5000);
    await client.send('scan', scanOf(client));
    await client.until('the end', () => client.last(topics.end('r1', 1)) !== null);
    const count = client.all(topics.chunk('r1', 1)).length;
    for (const garbage of ['', '{', 'null', '{"schema":"ewald.command/1"}', '\u0000\u0001'])
      await client.publish(topics.command('scan'), garbage);
    await client.publish(`${ROOT}/cmd/explode`, '{}');
    await client.send('acknowledge', { ...KEY, sequence: 4 });
    expect((await client.send('resend', { ...KEY, fromSequence: 0 })).body).toEqual({ from: 5, to: count });
    await client.until('the chunks again', () => client.all(topics.chunk('r1', 1)).length === 2 * count - 5);
  });
});

describe('left alone', () => {
  test('a client that falls silent loses its lease and the shutter closes', async () => {
    const { client, simulator } = await start({ speed: 20 });
    await client.claim(700);
    await client.send('scan', { ...scanOf(client), dwellNs: 10e9 });
    await client.until('the shutter to open', () => client.last(topics.safety)?.['shutter'] === 'open');
    await client.until('the end', () => client.last(topics.end('r1', 1)) !== null);
    expect(client.last(topics.end('r1', 1))).toMatchObject({
      report: { completeness: 'cut-short', reason: 'the lease was not renewed in time' },
    });
    await client.until('the shutter to close', () => client.last(topics.safety)?.['shutter'] === 'closed');
    expect(simulator.device.scans.executions()).toBe(1);
  });

  test('safety is reported about once a second, live and with a growing sequence', async () => {
    const { client } = await start({});
    await client.until('three safety messages', () => client.all(topics.safety).length >= 3, 5000);
    const sequences = client.all(topics.safety).map((message) => safetySchema.parse(message).sequence);
    expect(sequences.every((sequence, i) => i === 0 || sequence > sequences[i - 1]!)).toBe(true);
  });

  test('closing leaves word', async () => {
    const { client, simulator } = await start({});
    const before = client.birth().bootId;
    const closing = simulator.close();
    await client.until('the farewell', () => client.last(topics.state)?.['state'] === 'disconnected');
    expect(client.last(topics.state)?.['bootId']).toBe(before);
    await closing;
  });
});

describe('faults on the wire', () => {
  test('a cut link shows as lost, and the instrument announces itself again', async () => {
    const { client, simulator } = await start({ speed: 1, faults: faultFile('- {fault: link-cut, atS: 0.3, options: {forWallS: 0.3}}') });
    await client.until('the last will', () => client.last(topics.state)?.['state'] === 'lost');
    await client.until('the return', () => client.last(topics.state)?.['state'] === 'ready');
    expect(simulator.faultRecords()).toMatchObject([{ fault: 'link-cut', effects: [{}] }]);
    await client.claim(5000);
  });

  test('a broker that was gone brings everything back', async () => {
    const { client, simulator } = await start({
      speed: 1,
      faults: faultFile('- {fault: broker-drop, atS: 0.3, options: {forWallS: 0.3}}'),
    });
    const before = client.heard.length;
    await client.until('the drop', () => simulator.faultRecords()[0]!.effects.length === 1);
    await client.until('the return', () =>
      client.heard.slice(before).some(({ topic, text }) => topic === topics.state && text.includes('ready')),
    );
    await client.claim(5000);
  });

  test('a chunk that was lost can be had again', async () => {
    const { client } = await start({ speed: 'max', faults: faultFile('- {fault: lost-chunk, atPoint: 200, options: {chunks: 2}}') });
    await client.claim(5000);
    await client.send('scan', scanOf(client));
    await client.until('the end', () => client.last(topics.end('r1', 1)) !== null);
    const sequences = () => new Set(client.all(topics.chunk('r1', 1)).map((chunk) => chunk['sequence']));
    const { report } = endSchema.parse(client.last(topics.end('r1', 1)));
    expect(sequences().size).toBe(report.chunkCount - 2);
    await client.send('resend', { ...KEY, fromSequence: 0 });
    await client.until('every chunk', () => sequences().size === report.chunkCount);
  });

  test('a crash leaves the last will and a closed shutter', async () => {
    const { client, simulator } = await start({ speed: 1, faults: faultFile('- {fault: crash, atS: 0.3}') });
    await client.until('the last will', () => client.last(topics.state)?.['state'] === 'lost');
    expect(simulator.device.circuitState().shutter).toBe('closed');
  });
});
