import { Observable, Subscription } from 'rxjs';
import { type AngleRange, intersect } from '../domain/angle-range.ts';
import { asEwaldError, badInput, EwaldError } from '../domain/errors.ts';
import { type ScanChunk, type ScanCommand, scanIdOf } from '../domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentAlert, InstrumentIdentity, SafetyState } from '../ports/diffractometer.ts';
import type { Runtime } from '../ports/runtime.ts';
import { BeamAccount, type Exposure } from './beam-account.ts';
import { isPlainName, nameOf } from './command-form.ts';
import { Leases, leaseMs } from './lease.ts';
import { findDanger } from './safety-verdict.ts';
import { demandRules, findBlockedWay, findViolation, type SafetyRules, scanTimeS } from './scan-rules.ts';

/** After one of these no scan is begun any more: somebody has to look, and start anew. */
const LATCHING: ReadonlySet<InstrumentAlert['kind']> = new Set(['interlock', 'shutter', 'generator']);

/**
 * The instrument behind the guard, who alone holds the raw driver from now on. A scan reaches it only while fresh safety data are green and the
 * command keeps the rules; while it runs, red or stale data make the instrument safe and end it with 'unsafe'. After that, or after an
 * interlock alert, every scan is refused until a new guard is made: a human has to start or resume the run. `earlier` are the scans that a guard
 * before this one let through. Fails with 'badInput' where the rules protect nothing.
 */
export function guardDiffractometer(
  raw: Diffractometer,
  rules: SafetyRules,
  runtime: Runtime,
  earlier: readonly Exposure[] = [],
): Diffractometer {
  demandRules(rules);
  return new Guard(raw, rules, runtime, earlier);
}

class Guard implements Diffractometer {
  readonly #raw: Diffractometer;
  readonly #rules: SafetyRules;
  readonly #runtime: Runtime;
  readonly #beam: BeamAccount;
  readonly #leases = new Leases();
  readonly #subscriptions: Subscription[] = [];
  readonly #active = new Map<string, InstrumentAlert>();
  #capabilities: Capabilities | null = null;
  #state: SafetyState | null = null;
  #latch: string | null = null;
  /** Where the arm was sent last. */
  #last: AngleRange | null = null;

  constructor(raw: Diffractometer, rules: SafetyRules, runtime: Runtime, earlier: readonly Exposure[]) {
    this.#raw = raw;
    this.#rules = rules;
    this.#runtime = runtime;
    this.#beam = new BeamAccount(rules.maxBeamS ?? Number.POSITIVE_INFINITY, earlier);
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    const capabilities = await this.#raw.open(signal);
    const twoThetaLimits = intersect(capabilities.twoThetaLimits, this.#rules.limits);
    const { min } = capabilities.dwellS;
    if (!twoThetaLimits || min > this.#rules.maxDwellS) {
      throw badInput('safety', 'the safety rules leave nothing that this instrument can measure', 'mend the limits in the config');
    }
    // Alerts that are up already when the run begins block it, but lift by themselves: a human has just started it.
    let inherited = true;
    this.#subscriptions.push(this.#raw.alerts().subscribe({ next: (alert) => this.#onAlert(alert, inherited), error: () => undefined }));
    inherited = false;
    const forget = () => {
      this.#state = null;
    };
    const keep = (state: SafetyState) => {
      this.#state = state;
    };
    this.#subscriptions.push(this.#raw.safety().subscribe({ next: keep, error: forget, complete: forget }));
    const dwellS = { min, max: Math.min(capabilities.dwellS.max, this.#rules.maxDwellS) };
    const maxScanS = Math.min(capabilities.maxScanS ?? Number.POSITIVE_INFINITY, this.#rules.maxScanS);
    this.#capabilities = { ...capabilities, twoThetaLimits, dwellS, maxScanS };
    return this.#capabilities;
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return new Observable((subscriber) => {
      const watched = new AbortController();
      const checked = copyOf(command);
      this.#admit(checked).then(
        (leasedUntilMs) => {
          if (watched.signal.aborted) return;
          const running = new Subscription();
          const trip = (why: string) => {
            if (watched.signal.aborted) return;
            watched.abort();
            running.unsubscribe();
            void this.#trip(checked.requestId, why).then((error) => subscriber.error(error));
          };
          const fail = (error: unknown) => {
            const known = asEwaldError(error);
            // The instrument stopped by itself and may say so before its safety data do.
            if (known.code === 'unsafe') trip(known.message);
            else subscriber.error(known);
          };
          running.add(
            this.#raw
              .scan(checked)
              .subscribe({ next: (chunk) => subscriber.next(chunk), error: fail, complete: () => subscriber.complete() }),
          );
          subscriber.add(running);
          void this.#watch(watched.signal, leasedUntilMs, trip);
        },
        (error) => subscriber.error(asEwaldError(error)),
      );
      return () => watched.abort();
    });
  }

  identity(): Promise<InstrumentIdentity> {
    return this.#raw.identity();
  }

  safety(): Observable<SafetyState> {
    return this.#raw.safety();
  }

  alerts(): Observable<InstrumentAlert> {
    return this.#raw.alerts();
  }

  async acknowledge(requestId: string, attempt: number, sequence: number): Promise<void> {
    demandPlainName(requestId);
    await this.#raw.acknowledge(requestId, attempt, sequence);
  }

  async find(requestId: string, attempt: number): Promise<FoundScan> {
    demandPlainName(requestId);
    const found = await this.#raw.find(requestId, attempt);
    if (found.kind === 'finished') this.#leases.forget(scanIdOf({ requestId, attempt }));
    return found;
  }

  beamLeftS(sampleId: string): number {
    return this.#beam.leftS(sampleId);
  }

  makeSafe(reason: string): Promise<void> {
    return this.#raw.makeSafe(reason);
  }

  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#capabilities = null;
    await this.#raw.close();
  }

  /** Settles where the scan may begin now, with the moment up to which it may have the beam, ms on the monotonic clock; rejects with 'refused' or 'unsafe'. */
  async #admit(command: ScanCommand): Promise<number> {
    this.#admitNow(command);
    const { clockS, clockSpeed } = await this.#raw.identity();
    if (clockS > command.notAfterS) {
      // Too late to begin, but watching what was begun in time moves nothing.
      const fate = await this.#raw.find(command.requestId, command.attempt);
      if (fate.kind === 'lost') throw refused(command, `it is later than ${command.notAfterS} s on the instrument's clock`);
    }
    const { scanS, capabilities } = this.#admitNow(command);
    const tooMuch = this.#beam.charge(command, scanS);
    if (tooMuch) throw refused(command, tooMuch);
    this.#last = command.range;
    return this.#leases.end(scanIdOf(command), this.#runtime.clock.monotonicMs(), leaseMs(scanS, clockSpeed, capabilities));
  }

  #admitNow(command: ScanCommand): { readonly scanS: number; readonly capabilities: Capabilities } {
    const name = nameOf(command);
    if (!this.#capabilities) throw new EwaldError('unsafe', name, 'the instrument is not open', 'open it first');
    const violation = findViolation(command, this.#capabilities, this.#rules) ?? findBlockedWay(this.#last, command.range, this.#rules);
    if (violation) throw refused(command, violation);
    if (this.#latch) throw unsafe(name, `no scan since this happened: ${this.#latch}`, 'look at the instrument, then resume the run');
    const [alert] = this.#active.values();
    if (alert) throw unsafe(name, `the instrument reports: ${alert.message}`, 'clear the alarm at the instrument');
    const danger = this.#danger();
    if (danger) throw unsafe(name, danger, 'close the doors and the interlock, and see that safety data arrive');
    if (this.#capabilities.hasShutter && this.#state?.shutter === 'unknown')
      throw unsafe(name, 'the shutter does not read back', 'look at it');
    return { scanS: scanTimeS(command, this.#capabilities), capabilities: this.#capabilities };
  }

  #danger(): string | null {
    return findDanger(this.#state, this.#runtime.clock.monotonicMs());
  }

  /** Calls `trip` when the data turn red or stale, the scan outlives its lease, or the guard is latched; ends with the signal. */
  async #watch(signal: AbortSignal, leasedUntilMs: number, trip: (why: string) => void): Promise<void> {
    const { clock } = this.#runtime;
    const look = () => {
      const overdue = clock.monotonicMs() >= leasedUntilMs ? 'the scan takes more than twice its time' : null;
      const why = this.#latch ?? this.#danger() ?? overdue;
      if (why) trip(why);
    };
    const red = this.#raw.safety().subscribe({ next: look, error: look, complete: look });
    const latched = this.#raw.alerts().subscribe({ next: look, error: () => undefined });
    while (!signal.aborted) {
      look();
      const leftMs = Math.min(this.#state?.validUntilMs ?? 0, leasedUntilMs) - clock.monotonicMs();
      await clock.sleep(Math.max(1, leftMs), signal).catch(() => undefined);
    }
    red.unsubscribe();
    latched.unsubscribe();
  }

  async #trip(requestId: string, why: string): Promise<EwaldError> {
    this.#latch ??= why;
    this.#runtime.log.error('safety trip', { requestId, why });
    try {
      await this.#raw.makeSafe(why);
      return unsafe(requestId, `stopped because ${why}; the instrument is safe`, 'look at the instrument, then resume the run');
    } catch (error) {
      const known = asEwaldError(error);
      return new EwaldError('unsafe', requestId, `stopped because ${why}, but: ${known.message}`, known.remedy, error);
    }
  }

  #onAlert(alert: InstrumentAlert, inherited: boolean): void {
    const key = `${alert.kind}: ${alert.message}`;
    const blocks = LATCHING.has(alert.kind) || alert.kind === 'localControl';
    if (!blocks) return;
    if (!alert.active) this.#active.delete(key);
    else this.#active.set(key, alert);
    if (alert.active && !inherited && LATCHING.has(alert.kind)) this.#latch ??= alert.message;
  }
}

/** What was checked is what is sent. What cannot be copied (a function, a proxy) is no command. */
function copyOf(command: ScanCommand): ScanCommand {
  try {
    return structuredClone(command);
  } catch {
    return null as unknown as ScanCommand;
  }
}

function demandPlainName(requestId: unknown): void {
  if (!isPlainName(requestId))
    throw new EwaldError('refused', 'scan', 'the request id is not a plain name', 'ask for a scan by its own id');
}

function refused(command: ScanCommand, why: string): EwaldError {
  return new EwaldError('refused', nameOf(command), `the guard refuses the scan: ${why}`, 'stay inside the safety rules');
}

function unsafe(subject: string, why: string, remedy: string): EwaldError {
  return new EwaldError('unsafe', subject, why, remedy);
}
