import { Observable, ReplaySubject, type Subscriber } from 'rxjs';
import { type TcpAddress, tcpExchange } from '../../../drivers/transport/tcp-exchange.ts';
import { AlarmBoard } from '../../../drivers/watching/alarm-board.ts';
import type { AngleRange } from '../../../src/domain/angle-range.ts';
import { EwaldError } from '../../../src/domain/errors.ts';
import { type ScanChunk, type ScanCommand, scanIdOf } from '../../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentIdentity, SafetyState } from '../../../src/ports/diffractometer.ts';
import type { Runtime } from '../../../src/ports/runtime.ts';
import { type LineScan, readCounts, readId, readScan, readState, scanWord } from './protocol.ts';

/** Points of a chunk: a fixed number, so that every watcher, also one of another process, cuts the scan into the same chunks. */
const CHUNK = 64;

export interface LineGoniometerOptions
  extends TcpAddress,
    Pick<InstrumentIdentity, 'instrumentId' | 'sampleId' | 'radiation' | 'simulated' | 'clockSpeed'> {
  readonly limits: AngleRange;
  readonly pollMs: number;
  readonly replyTimeoutMs: number;
  readonly safetyValidMs: number;
}

export const LINE_GONIOMETER = {
  stepDeg: { min: 0.005, max: 0.5, rasterDeg: 0.001 },
  rasters: 'free',
  dwellS: { min: 0.1, max: 600 },
  minWindowDeg: 0.1,
  programs: 'free',
  modes: ['step'],
  cost: { apertureDeg: 0, perScanS: 8, perPointS: 1.8, slewDegPerS: 5, settleS: 0.3, shutterS: 0.5 },
  delivers: 'stream',
  canFind: true,
  canAbort: true,
  hasShutter: true,
} as const;

/** Does nothing before `open`. */
export function openLineGoniometerDriver(options: LineGoniometerOptions, runtime: Runtime): Diffractometer {
  return new LineGoniometerDriver(options, runtime);
}

class LineGoniometerDriver implements Diffractometer {
  readonly #options: LineGoniometerOptions;
  readonly #runtime: Runtime;
  readonly #states = new ReplaySubject<SafetyState>(1);
  readonly #alarms = new AlarmBoard();
  readonly #closing = new AbortController();
  /** The first chunk that is still wanted, by scan. */
  readonly #wanted = new Map<string, number>();
  #isOpen = false;

  constructor(options: LineGoniometerOptions, runtime: Runtime) {
    this.#options = options;
    this.#runtime = runtime;
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    signal.throwIfAborted();
    await this.#look();
    this.#isOpen = true;
    void this.#keepLooking();
    return { ...LINE_GONIOMETER, twoThetaLimits: this.#options.limits };
  }

  async identity(): Promise<InstrumentIdentity> {
    const { instrumentId, sampleId, radiation, simulated, clockSpeed } = this.#options;
    const { timeS } = readState(await this.#ask('state'));
    const told = readId(await this.#ask('id'));
    return { instrumentId, title: 'line goniometer', sampleId, radiation, simulated, clockS: timeS, clockSpeed, ...told };
  }

  safety() {
    return this.#states;
  }

  alerts() {
    return this.#alarms.alerts();
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return new Observable((subscriber) => {
      const watched = new AbortController();
      this.#follow(command, subscriber, AbortSignal.any([watched.signal, this.#closing.signal])).then(
        () => subscriber.complete(),
        (error: unknown) => subscriber.error(error),
      );
      return () => watched.abort();
    });
  }

  async acknowledge(requestId: string, attempt: number, sequence: number): Promise<void> {
    const name = scanIdOf({ requestId, attempt });
    this.#wanted.set(name, Math.max(this.#wanted.get(name) ?? 0, sequence + 1));
  }

  async find(requestId: string, attempt: number): Promise<FoundScan> {
    const scan = readScan(await this.#ask(`look ${scanIdOf({ requestId, attempt })}`));
    if (!scan) return { kind: 'lost' };
    if (scan.stage === 'running') return { kind: 'running' };
    const chunks: ScanChunk[] = [];
    const { points, dwellS, beganS: startedAtS, endedS: endedAtS } = scan;
    const chunkCount = Math.ceil(points / CHUNK);
    for (let next = this.#wanted.get(scanIdOf({ requestId, attempt })) ?? 0; next < chunkCount; next++)
      chunks.push(await this.#chunk({ requestId, attempt }, scan, next));
    const counting = points * dwellS;
    const overhead = Math.max(0, endedAtS - startedAtS - counting);
    const ledgerS = { counting, overhead, moving: 0, settling: 0, shutter: 0, waiting: 0 };
    const facts = { startedAtS, endedAtS, chunkCount, ledgerS };
    if (scan.stage === 'whole') return { kind: 'finished', chunks, report: { ...facts, completeness: 'whole', reason: null } };
    return { kind: 'finished', chunks, report: { ...facts, completeness: 'cut-short', reason: 'the instrument cut it short' } };
  }

  /** Works in every state, for each question has a connection of its own. */
  async makeSafe(): Promise<void> {
    await this.#ask('stop');
    if (readState(await this.#ask('state')).beamOn)
      throw new EwaldError('unsafe', this.#options.instrumentId, 'the beam is still on', 'close the shutter by hand');
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#closing.abort();
    this.#states.complete();
    this.#alarms.close();
  }

  /** Begins the scan unless the instrument knows it, and hands over its chunks as they fill. */
  async #follow(command: ScanCommand, subscriber: Subscriber<ScanChunk>, signal: AbortSignal): Promise<void> {
    const name = scanIdOf(command);
    if (!this.#isOpen) throw new EwaldError('link', name, 'the instrument is not open', 'open it first');
    if (!readScan(await this.#ask(`look ${name}`))) {
      const reply = await this.#ask(scanWord(command));
      if (reply !== 'ok\n') throw new EwaldError('refused', name, `the instrument refused: ${reply.trim()}`, 'ask for what it can do');
    }
    for (let next = this.#wanted.get(name) ?? 0; ; await this.#runtime.clock.sleep(this.#options.pollMs, signal)) {
      const scan = readScan(await this.#ask(`look ${name}`));
      if (!scan) throw new EwaldError('link', name, 'the instrument no longer knows this scan', 'it is looked for again');
      const chunks = scan.stage === 'running' ? Math.floor(scan.points / CHUNK) : Math.ceil(scan.points / CHUNK);
      for (; next < chunks; next++) subscriber.next(await this.#chunk(command, scan, next));
      if (scan.stage === 'whole') return;
      if (scan.stage === 'cut') throw new EwaldError('deviceFault', name, 'the instrument cut the scan short', 'see why, then resume');
    }
  }

  async #chunk({ requestId, attempt }: Pick<ScanCommand, 'requestId' | 'attempt'>, scan: LineScan, sequence: number): Promise<ScanChunk> {
    const { fromDeg, stepDeg, dwellS, beganS } = scan;
    const first = sequence * CHUNK;
    const points = Math.min(CHUNK, scan.points - first);
    const counts = readCounts(await this.#ask(`read ${scanIdOf({ requestId, attempt })} ${first} ${points}`), points);
    const twoThetaDeg = counts.map((_, i) => Math.round((fromDeg + (first + i) * stepDeg) * 1e6) / 1e6);
    const instrumentTimeS = beganS + (first + points) * dwellS;
    return { requestId, attempt, sequence, twoThetaDeg, counts, liveS: counts.map(() => dwellS), instrumentTimeS };
  }

  async #look(): Promise<void> {
    const askedMs = this.#runtime.clock.monotonicMs();
    const reply = await this.#ask('state').catch((error: EwaldError) => {
      this.#alarms.raise('link', { kind: 'link', text: error.message });
      throw error;
    });
    this.#alarms.clear('link');
    const { beamOn, doorOpen, stopPressed, tubeOn } = readState(reply);
    if (doorOpen) this.#alarms.raise('door', { kind: 'interlock', text: 'the door is open' });
    else this.#alarms.clear('door');
    const circuit = { interlockClosed: !doorOpen, doorsClosed: !doorOpen, emergencyStop: stopPressed, generatorOn: tubeOn };
    this.#states.next({ ...circuit, shutter: beamOn ? 'open' : 'closed', validUntilMs: askedMs + this.#options.safetyValidMs });
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#runtime.clock.sleep(this.#options.safetyValidMs / 4, signal).catch(() => undefined);
      // A failure is an alert by now, and a state that is not renewed runs out.
      if (!signal.aborted) await this.#look().catch(() => undefined);
    }
  }

  #ask(word: string): Promise<string> {
    const timeoutMs = this.#options.replyTimeoutMs;
    const rules = {
      connectTimeoutMs: timeoutMs,
      replyTimeoutMs: timeoutMs,
      quietMs: timeoutMs,
      isWhole: (text: string) => text.endsWith('\n'),
    };
    return tcpExchange(this.#options, `${word}\n`, rules, this.#runtime.clock);
  }
}
