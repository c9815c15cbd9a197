import { Observable } from 'rxjs';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentIdentity, ScanReport } from '../../src/ports/diffractometer.ts';
import type { MessageBus } from '../../src/ports/message-bus.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { beginScan } from './begin-scan.ts';
import { Commander } from './commander.ts';
import type { WireCounters } from './counters.ts';
import { InstrumentLink } from './instrument-link.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { makeSafe } from './make-safe.ts';
import type { WireBirth } from './protocol.ts';
import { type FollowTiming, ScanFollower } from './scan-follower.ts';
import { toWireScan } from './wire-units.ts';

export interface MqttDriverOptions {
  /** Opened and closed by the driver. */
  readonly bus: MessageBus;
  readonly topicRoot: string;
  /** Names this client to the instrument; the same after a restart, so that its lease is given to it again. */
  readonly clientId: string;
  readonly leaseTtlMs?: number;
  readonly replyTimeoutMs?: number;
  readonly openTimeoutMs?: number;
  readonly linkGraceMs?: number;
  readonly reorderWaitMs?: number;
  readonly maxResends?: number;
  readonly safeTimeoutMs?: number;
  /** The shortest silence of a running scan that is looked into. */
  readonly silenceMs?: number;
}

export interface MqttDiffractometer extends Diffractometer {
  /** What was garbled, repeated or foreign on the wire so far. */
  counters(): Readonly<WireCounters>;
}

/** An instrument that keeps the contract of docs/wire-mqtt.md. Does nothing before `open`. */
export function openMqttDriver(options: MqttDriverOptions, runtime: Runtime): MqttDiffractometer {
  return new MqttDriver(options, runtime);
}

class MqttDriver implements MqttDiffractometer {
  readonly #options: MqttDriverOptions;
  readonly #runtime: Runtime;
  readonly #link: InstrumentLink;
  readonly #commander: Commander;
  readonly #lease: LeaseKeeper;
  readonly #replyTimeoutMs: number;
  readonly #linkGraceMs: number;
  readonly #closing = new AbortController();

  constructor(options: MqttDriverOptions, runtime: Runtime) {
    const { bus, topicRoot, clientId } = options;
    this.#options = options;
    this.#runtime = runtime;
    this.#replyTimeoutMs = options.replyTimeoutMs ?? 3000;
    this.#linkGraceMs = options.linkGraceMs ?? 20_000;
    this.#link = new InstrumentLink(bus, topicRoot, clientId, runtime);
    this.#commander = new Commander(this.#link, clientId, this.#replyTimeoutMs, runtime);
    this.#lease = new LeaseKeeper(this.#commander, options.leaseTtlMs ?? 15_000, runtime);
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    return capabilitiesOf(await this.#link.open(signal, this.#options.openTimeoutMs ?? 10_000));
  }

  async identity(): Promise<InstrumentIdentity> {
    const { instrumentId, title, software, simulated, radiation, sampleId, bootId } = this.#birth();
    const { clock } = this.#link;
    return { instrumentId, title, software, simulated, radiation, sampleId, bootId, clockS: clock.nowS(), clockSpeed: clock.speed };
  }

  safety() {
    return this.#link.safety.states;
  }

  alerts() {
    return this.#link.alarms.alerts();
  }

  counters(): Readonly<WireCounters> {
    return { ...this.#link.counters };
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return new Observable((subscriber) => {
      const unwatched = new AbortController();
      const close = () => subscriber.error(new EwaldError('interrupted', command.requestId, 'the driver was closed', 'open it again'));
      this.#closing.signal.addEventListener('abort', close, { once: true });
      this.#follow(command, (chunk) => subscriber.next(chunk), unwatched.signal).then(
        () => subscriber.complete(),
        (error) => subscriber.error(asEwaldError(error)),
      );
      return () => {
        this.#closing.signal.removeEventListener('abort', close);
        unwatched.abort();
      };
    });
  }

  async acknowledge(requestId: string, attempt: number, sequence: number): Promise<void> {
    // A lost acknowledgement costs the far end memory, nothing else: the next one covers it.
    await this.#commander.tell('acknowledge', { requestId, attempt, sequence }).catch((error: EwaldError) => {
      this.#runtime.log.debug('acknowledgement not sent', { requestId, sequence, why: error.message });
    });
  }

  async find(requestId: string, attempt: number): Promise<FoundScan> {
    this.#birth();
    const key = { requestId, attempt };
    const follower = new ScanFollower(this.#link, this.#commander, this.#runtime.clock, this.#timing(null), key, null);
    try {
      const { state, report } = await this.#commander.fateOf(key);
      if (state !== 'finished' || !report) return { kind: state === 'lost' ? 'lost' : 'running' };
      const chunks: ScanChunk[] = [];
      await follower.run(report, true, (chunk) => chunks.push(chunk), this.#closing.signal);
      return { kind: 'finished', chunks, report };
    } finally {
      follower.stop();
    }
  }

  makeSafe(reason: string): Promise<void> {
    return makeSafe(reason, this.#options.safeTimeoutMs ?? 10_000, this.#link, this.#commander, this.#runtime);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    if (this.#link.isUp) await this.#lease.release();
    this.#lease.drop();
    await this.#link.close();
  }

  async #follow(command: ScanCommand, deliver: (chunk: ScanChunk) => void, signal: AbortSignal): Promise<void> {
    const scan = toWireScan(command, this.#birth().capabilities.rasters);
    const key = { requestId: scan.requestId, attempt: scan.attempt };
    const follower = new ScanFollower(this.#link, this.#commander, this.#runtime.clock, this.#timing(command), key, scan);
    try {
      const begun = await beginScan(scan, command.notAfterS, this.#linkGraceMs, this.#link, this.#commander, this.#lease, signal);
      const report = await follower.run(begun.report, begun.attached, deliver, signal);
      if (report.completeness === 'cut-short') throw this.#cutShort(command, report);
      if (follower.points !== null && follower.points !== scan.pointCount) {
        const message = `the scan is said to be whole with ${follower.points} of ${scan.pointCount} points`;
        throw new EwaldError('deviceFault', command.requestId, message, 'look at the instrument');
      }
    } finally {
      follower.stop();
    }
  }

  #cutShort(command: ScanCommand, report: ScanReport): EwaldError {
    const safety = this.#link.safety.latest;
    const red = safety && (!safety.interlockClosed || !safety.doorsClosed || safety.emergencyStop || !safety.generatorOn);
    const reason = report.reason ?? 'no reason given';
    const unsafe = red || /interlock|door|emergency|generator|safe/i.test(reason);
    const remedy = unsafe ? 'make the instrument safe, then start a new run' : 'look at the instrument, then resume';
    return new EwaldError(unsafe ? 'unsafe' : 'deviceFault', command.requestId, `the instrument cut the scan short: ${reason}`, remedy);
  }

  #birth(): WireBirth {
    const { birth } = this.#link;
    if (birth && !this.#closing.signal.aborted) return birth;
    throw new EwaldError('link', this.#options.topicRoot, 'the instrument is not open', 'open it first');
  }

  #timing(command: ScanCommand | null): FollowTiming {
    // Far ends give about 64 points in a chunk; three such times without one is silence.
    const expectedS = command && Number.isFinite(command.expectedS) ? command.expectedS : 0;
    const wallMs = (expectedS / this.#link.clock.speed) * 1000;
    const chunkMs = command ? (wallMs * 64) / Math.max(64, command.pointCount) : 0;
    const silenceMs = Math.max(this.#options.silenceMs ?? 15_000, 3 * chunkMs);
    return {
      reorderWaitMs: this.#options.reorderWaitMs ?? 250,
      resendWaitMs: this.#replyTimeoutMs,
      silenceMs,
      idleLimitMs: 4 * silenceMs + 3 * wallMs,
      linkGraceMs: this.#linkGraceMs,
      maxResends: this.#options.maxResends ?? 5,
    };
  }
}

function capabilitiesOf(birth: WireBirth): Capabilities {
  return { ...birth.capabilities, programs: 'free', delivers: 'stream', canFind: true, canAbort: true };
}
