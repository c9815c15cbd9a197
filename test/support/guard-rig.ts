import { firstValueFrom, NEVER, Observable, ReplaySubject, Subject, toArray } from 'rxjs';
import { FREE_INSTRUMENT } from '../../src/app/bench/free-instrument.ts';
import { EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentAlert, SafetyState } from '../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../src/safety/guard.ts';
import { ManualClock, manualRuntime } from './manual-runtime.ts';
import { scanCommand } from './scan-command.ts';

const capabilities: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.005, max: 0.1, rasterDeg: 0.001 },
  dwellS: { min: 0.01, max: 100 },
  minWindowDeg: 0.1,
  cost: { apertureDeg: 0, perScanS: 5, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['continuous'],
};

/** What the guard of these tests holds to. */
export const rules = { limits: { fromDeg: 10, toDeg: 90 }, maxDwellS: 10, maxScanS: 3600, collisionZones: [{ fromDeg: 60, toDeg: 62 }] };

const green = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' as const };

/** A raw driver that does nothing but note what it is told; tests turn its readings. */
class RawStub implements Diffractometer {
  readonly scans: ScanCommand[] = [];
  readonly madeSafe: string[] = [];
  readonly states = new ReplaySubject<SafetyState>(1);
  readonly alerted = new Subject<InstrumentAlert>();
  standing: InstrumentAlert[] = [];
  clockS = 100;
  fate: FoundScan = { kind: 'lost' };
  chunks: Observable<ScanChunk> = NEVER;
  safeFails = false;
  overdue: Capabilities['overdue'];
  open = async () => (this.overdue ? { ...capabilities, overdue: this.overdue } : capabilities);
  safety = () => this.states;
  alerts = () =>
    new Observable<InstrumentAlert>((subscriber) => {
      for (const alert of this.standing) subscriber.next(alert);
      return this.alerted.subscribe(subscriber);
    });
  identity = async () => ({
    instrumentId: 'x',
    title: 'x',
    software: 'x',
    simulated: true,
    radiation: { anode: null, lines: [] },
    sampleId: 's1',
    bootId: 'b',
    clockS: this.clockS,
    clockSpeed: 1,
  });
  scan = (command: ScanCommand) => {
    this.scans.push(command);
    return this.chunks;
  };
  acknowledge = async () => undefined;
  find = async () => this.fate;
  makeSafe = async (reason: string) => {
    this.madeSafe.push(reason);
    if (this.safeFails) throw new EwaldError('unsafe', 'shutter', 'the shutter sticks', 'look at it');
  };
  close = async () => undefined;
}

type GuardParts = Parameters<typeof guardDiffractometer>;

/** A guard before a raw driver whose every reading is good, with time that moves by hand. */
export class GuardRig {
  readonly clock = new ManualClock();
  readonly raw = new RawStub();
  #guard = this.#make();

  get guard(): Diffractometer {
    return this.#guard;
  }

  #make(changes: Partial<GuardParts[1]> = {}, earlier?: GuardParts[3]): Diffractometer {
    return guardDiffractometer(this.raw, { ...rules, ...changes }, manualRuntime(this.clock), earlier);
  }

  open(): Promise<Capabilities> {
    return this.#guard.open(new AbortController().signal);
  }

  /** Another guard before the same driver, not opened yet. */
  guardAnew(changes?: Partial<GuardParts[1]>, earlier?: GuardParts[3]): void {
    this.#guard = this.#make(changes, earlier);
  }

  /** Safety data of now: good, or as changed. */
  fresh(changes: Partial<SafetyState> = {}): void {
    this.raw.states.next({ ...green, validUntilMs: this.clock.monotonicMs() + 3000, ...changes });
  }

  /** 'whole', or the error that it ends with. */
  tryScan(changes: Partial<ScanCommand> = {}): Promise<'whole' | EwaldError> {
    return this.tryCommand(scanCommand(changes));
  }

  tryCommand(command: ScanCommand): Promise<'whole' | EwaldError> {
    return firstValueFrom(this.#guard.scan(command).pipe(toArray())).then(
      () => 'whole',
      (error: EwaldError) => error,
    );
  }

  async begin() {
    let outcome: EwaldError | 'running' | 'whole' = 'running';
    const end = { error: (error: EwaldError) => (outcome = error), complete: () => (outcome = 'whole') };
    const subscription = this.#guard.scan(scanCommand()).subscribe(end);
    await this.clock.advance(0);
    return { outcome: () => outcome as EwaldError | string, subscription };
  }
}

/** A guard that is open and has seen that all is well. */
export async function openedGuard(): Promise<GuardRig> {
  const rig = new GuardRig();
  await rig.open();
  rig.fresh();
  return rig;
}
