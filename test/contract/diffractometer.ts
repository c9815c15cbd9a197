import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { firstValueFrom, type Observable, toArray } from 'rxjs';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan } from '../../src/ports/diffractometer.ts';

/** One instrument set up for one test. */
export interface DiffractometerRig {
  /** Not opened yet. */
  readonly instrument: Diffractometer;
  /** Another client of the same far end, not opened yet, as the program would make it after a crash of the first. */
  again(): Diffractometer;
  /** A legal command that gives several chunks and takes long enough to be caught in the middle. */
  command(requestId: string, capabilities: Capabilities): ScanCommand;
  /** How often the far end measured this. */
  executions(requestId: string, attempt: number): number;
  close(): Promise<void>;
}

export function collect(chunks: Observable<ScanChunk>): Promise<ScanChunk[]> {
  return firstValueFrom(chunks.pipe(toArray()));
}

/** Settles with the chunks seen when `count` of them were there, and stops listening. */
export function firstChunks(chunks: Observable<ScanChunk>, count: number): Promise<ScanChunk[]> {
  return new Promise((resolve, reject) => {
    const seen: ScanChunk[] = [];
    const subscription = chunks.subscribe({
      next: (chunk) => {
        seen.push(chunk);
        if (seen.length < count) return;
        queueMicrotask(() => subscription.unsubscribe());
        resolve(seen);
      },
      error: reject,
      complete: () => reject(new Error(`the scan ended after ${seen.length} chunks`)),
    });
  });
}

/** The chunks hold every point of the command, once and in order. */
export function expectWhole(chunks: readonly ScanChunk[], command: ScanCommand): void {
  expect(chunks.map((chunk) => chunk.sequence)).toEqual(chunks.map((_, i) => i));
  const angles = chunks.flatMap((chunk) => [...chunk.twoThetaDeg]);
  const counts = chunks.flatMap((chunk) => [...chunk.counts]);
  const liveS = chunks.flatMap((chunk) => [...chunk.liveS]);
  expect(angles).toHaveLength(command.pointCount);
  expect(counts).toHaveLength(command.pointCount);
  expect(liveS).toHaveLength(command.pointCount);
  const worstDeg = Math.max(...angles.map((angle, i) => Math.abs(angle - (command.range.fromDeg + i * command.stepDeg))));
  expect(worstDeg).toBeLessThan(1e-9);
  expect(counts.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
  expect(liveS.every((live) => live > 0)).toBe(true);
}

/** The tests that every driver must pass, with an instrument or a simulated one. */
export function diffractometerContract(name: string, makeRig: () => Promise<DiffractometerRig>): void {
  describe(`${name} keeps the contract of a diffractometer`, () => {
    let rig: DiffractometerRig;
    let capabilities: Capabilities;
    const opening = new AbortController();

    beforeEach(async () => {
      rig = await makeRig();
      capabilities = await rig.instrument.open(opening.signal);
    });
    afterEach(() => rig.close());

    /** Watches the scan until it is surely under way: some chunks of it are there, or, where all of it comes at the end, it is found running. */
    const begin = async (instrument: Diffractometer, command: ScanCommand, count: number): Promise<void> => {
      if (capabilities.delivers === 'stream') await firstChunks(instrument.scan(command), count);
      else await untilRunning(instrument, command, () => rig.executions(command.requestId, command.attempt));
    };

    test('it says what it can do and who it is', async () => {
      expect(capabilities.twoThetaLimits.fromDeg).toBeLessThan(capabilities.twoThetaLimits.toDeg);
      expect(capabilities.modes.length).toBeGreaterThan(0);
      const identity = await rig.instrument.identity();
      expect(identity.instrumentId).not.toBe('');
      expect(identity.bootId).not.toBe('');
      expect(identity.radiation.lines.length).toBeGreaterThan(0);
      expect(identity.clockSpeed).toBeGreaterThan(0);
    });

    test('once open it keeps no listener on the signal that could have stopped the opening', () => {
      expect(getEventListeners(opening.signal, 'abort')).toEqual([]);
    });

    test('the last safety state is replayed to everybody who asks', async () => {
      const first = await firstValueFrom(rig.instrument.safety());
      const second = await firstValueFrom(rig.instrument.safety());
      expect(typeof first.interlockClosed).toBe('boolean');
      expect(second.validUntilMs).toBeGreaterThanOrEqual(first.validUntilMs);
    });

    test('a whole scan has every point once, in order, where it was commanded', async () => {
      const command = rig.command('whole', capabilities);
      const chunks = await collect(rig.instrument.scan(command));
      expect(chunks.length).toBeGreaterThan(1);
      expectWhole(chunks, command);
      expect(rig.executions('whole', 1)).toBe(1);
    });

    test('a second watcher of a running scan gets it from the beginning, and nothing is measured twice', async () => {
      const command = rig.command('attach', capabilities);
      const first = collect(rig.instrument.scan(command));
      await begin(rig.instrument, command, 2);
      const second = await collect(rig.instrument.scan(command));
      expectWhole(second, command);
      expectWhole(await first, command);
      expect(rig.executions('attach', 1)).toBe(1);
    });

    test('no longer watching a scan does not stop it', async () => {
      const command = rig.command('unwatched', capabilities);
      await begin(rig.instrument, command, 1);
      const found = await untilFinished(rig.instrument, 'unwatched');
      expect(found.report.completeness).toBe('whole');
      expectWhole(found.chunks, command);
      expect(rig.executions('unwatched', 1)).toBe(1);
    });

    test('another client attaches to a scan that was begun before a crash, or says that it is lost and leaves nothing running', async () => {
      const command = rig.command('crash', capabilities);
      await begin(rig.instrument, command, 1);
      const heir = rig.again();
      await heir.open(new AbortController().signal);
      if (capabilities.canFind) expectWhole(await collect(heir.scan(command)), command);
      else {
        // The wire gives scans no names: what the first client did not store is measured anew, under another attempt.
        expect(await heir.find('crash', 1)).toEqual({ kind: 'lost' });
        const again = { ...command, attempt: 2 };
        expectWhole(await collect(heir.scan(again)), again);
        expect(rig.executions('crash', 2)).toBe(1);
      }
      expect(rig.executions('crash', 1)).toBe(1);
      await heir.close();
    });

    test('an unknown scan is lost', async () => {
      expect(await rig.instrument.find('nobody-asked-for-this', 1)).toEqual({ kind: 'lost' });
    });

    test('a scan under way is found running', async () => {
      const command = rig.command('under-way', capabilities);
      const whole = collect(rig.instrument.scan(command));
      await begin(rig.instrument, command, 1);
      expect((await rig.instrument.find('under-way', 1)).kind).toBe('running');
      await whole;
    });

    test('acknowledged chunks are forgotten, the others kept', async () => {
      const command = rig.command('acknowledged', capabilities);
      const chunks = await collect(rig.instrument.scan(command));
      await rig.instrument.acknowledge('acknowledged', 1, 0);
      const found = await untilFinished(rig.instrument, 'acknowledged');
      expect(found.chunks.map((chunk) => chunk.sequence)).toEqual(chunks.slice(1).map((chunk) => chunk.sequence));
      expect(found.chunks[0]).toEqual(chunks[1]);
      await rig.instrument.acknowledge('acknowledged', 1, chunks.length - 1);
      expect((await untilFinished(rig.instrument, 'acknowledged')).chunks).toEqual([]);
    });

    test('a scan outside the limits is refused and never measured', async () => {
      const legal = rig.command('outside', capabilities);
      const fromDeg = Math.ceil(capabilities.twoThetaLimits.toDeg) + 1;
      const range = { fromDeg, toDeg: fromDeg + legal.range.toDeg - legal.range.fromDeg };
      await expect(collect(rig.instrument.scan({ ...legal, range }))).rejects.toMatchObject({ code: 'refused' });
      expect(rig.executions('outside', 1)).toBe(0);
    });

    test('it can be made safe at rest, again, and during a scan, which then fails, or says that it cannot be stopped', async () => {
      await rig.instrument.makeSafe('at rest');
      await rig.instrument.makeSafe('once more');
      if (!capabilities.canAbort) {
        const command = rig.command('stopped', capabilities);
        const whole = collect(rig.instrument.scan(command));
        await begin(rig.instrument, command, 1);
        await expect(rig.instrument.makeSafe('enough')).rejects.toMatchObject({ code: 'unsafe' });
        expectWhole(await whole, command);
        await rig.instrument.makeSafe('at rest again');
        return;
      }
      const running = rig.instrument.scan(rig.command('stopped', capabilities));
      const outcome = collect(running).then(
        () => 'whole',
        (error) => error.code,
      );
      await firstChunks(running, 1);
      await rig.instrument.makeSafe('enough');
      expect(await outcome).toMatch(/^(unsafe|deviceFault)$/);
      const found = await untilFinished(rig.instrument, 'stopped');
      expect(found.report.completeness).toBe('cut-short');
      expect(found.report.reason).not.toBeNull();
    });

    test('after close it does nothing more', async () => {
      await rig.instrument.close();
      await rig.instrument.close();
      await expect(collect(rig.instrument.scan(rig.command('closed', capabilities)))).rejects.toMatchObject({ name: 'EwaldError' });
      expect(rig.executions('closed', 1)).toBe(0);
    });
  });
}

async function untilRunning(instrument: Diffractometer, command: ScanCommand, executions: () => number): Promise<void> {
  const subscription = instrument.scan(command).subscribe({ error: () => undefined });
  while ((await instrument.find(command.requestId, command.attempt)).kind !== 'running' || executions() === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  subscription.unsubscribe();
}

async function untilFinished(instrument: Diffractometer, requestId: string): Promise<Extract<FoundScan, { kind: 'finished' }>> {
  for (;;) {
    const found = await instrument.find(requestId, 1);
    if (found.kind === 'finished') return found;
    if (found.kind === 'lost') throw new Error(`${requestId} is lost`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
