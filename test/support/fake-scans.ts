import type { CommandBody, topicsOf, WireChunk } from '../../drivers/mqtt/protocol.ts';
import type { ScanReport } from '../../src/ports/diffractometer.ts';
import type { Clock } from '../../src/ports/runtime.ts';

export interface FakeScan {
  readonly command: CommandBody<'scan'>;
  readonly chunks: WireChunk[];
  acknowledged: number;
  report: ScanReport | null;
  executions: number;
}

/** What the scans need of the instrument that makes them. */
export interface ScanMaker {
  readonly topics: ReturnType<typeof topicsOf>;
  readonly clock: Clock;
  readonly pointsPerChunk: number;
  /** Wall time between chunks. */
  readonly paceMs: number;
  bootId(): string;
  send(topic: string, message: object): void;
  /** The last point of a scan that nobody cut short was measured. */
  measured(): void;
}

const NO_TIME = { counting: 0, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };

/** The count that the fake gives at point i of any scan. */
export function fakeCount(i: number): number {
  return (i * 7919) % 1000;
}

/** The scans of a fake instrument: one at a time, each kept with its chunks. */
export class FakeScans {
  readonly all = new Map<string, FakeScan>();
  readonly #maker: ScanMaker;
  #running: FakeScan | null = null;

  constructor(maker: ScanMaker) {
    this.#maker = maker;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  of(requestId: string, attempt = 1): FakeScan | undefined {
    return this.all.get(`${requestId}.${attempt}`);
  }

  begin(command: CommandBody<'scan'>): void {
    const scan: FakeScan = { command, chunks: [], acknowledged: 0, report: null, executions: 1 };
    this.all.set(`${command.requestId}.${command.attempt}`, scan);
    this.#running = scan;
    void this.#measure(scan);
  }

  /** The running scan comes to no end that anybody hears of. */
  abandon(): void {
    this.#running = null;
  }

  /** The running scan, if any, ends here. */
  cutShort(reason: string): void {
    const scan = this.#running;
    this.#running = null;
    if (scan) this.#end(scan, 'cut-short', reason);
  }

  find({ requestId, attempt }: CommandBody<'find'>): object {
    const scan = this.of(requestId, attempt);
    return { state: scan ? (scan.report ? 'finished' : 'running') : 'lost', report: scan?.report ?? null };
  }

  resend({ requestId, attempt, fromSequence }: CommandBody<'resend'>): object {
    const scan = this.of(requestId, attempt);
    if (!scan) throw new Error('unknownScan: unknown');
    const from = Math.min(Math.max(fromSequence, scan.acknowledged), scan.chunks.length);
    for (const chunk of scan.chunks.slice(from)) this.#maker.send(this.#maker.topics.chunk(requestId, attempt), chunk);
    return { from, to: scan.chunks.length };
  }

  acknowledge({ requestId, attempt, sequence }: CommandBody<'acknowledge'>): object {
    const scan = this.of(requestId, attempt);
    if (scan) scan.acknowledged = Math.max(scan.acknowledged, sequence + 1);
    return {};
  }

  #nowS(): number {
    return this.#maker.clock.monotonicMs() / 1000;
  }

  async #measure(scan: FakeScan): Promise<void> {
    const { requestId, attempt, fromUdeg, stepUdeg, pointCount, dwellNs } = scan.command;
    const { clock, pointsPerChunk, paceMs, topics } = this.#maker;
    for (let first = 0; first < pointCount; first += pointsPerChunk) {
      await clock.sleep(paceMs);
      if (this.#running !== scan) return;
      const counts = Array.from({ length: Math.min(pointsPerChunk, pointCount - first) }, (_, i) => fakeCount(first + i));
      const place = { fromUdeg: fromUdeg + first * stepUdeg, stepUdeg, counts, liveNs: dwellNs };
      const head = { schema: 'ewald.chunk/1' as const, bootId: this.#maker.bootId(), requestId, attempt, sequence: scan.chunks.length };
      const chunk: WireChunk = { ...head, ...place, atS: this.#nowS() };
      scan.chunks.push(chunk);
      this.#maker.send(topics.chunk(requestId, attempt), chunk);
    }
    this.#running = null;
    this.#maker.measured();
    this.#end(scan, 'whole', null);
  }

  #end(scan: FakeScan, completeness: 'whole' | 'cut-short', reason: string | null): void {
    const { requestId, attempt } = scan.command;
    const atS = this.#nowS();
    scan.report = { startedAtS: atS, endedAtS: atS, chunkCount: scan.chunks.length, completeness, reason, ledgerS: NO_TIME };
    const end = { schema: 'ewald.end/1', bootId: this.#maker.bootId(), requestId, attempt, report: scan.report };
    this.#maker.send(this.#maker.topics.end(requestId, attempt), end);
  }
}
