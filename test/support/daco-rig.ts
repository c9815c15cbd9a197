import type { Subscription } from 'rxjs';
import { type DacoDiffractometer, type DacoDriverOptions, openDacoDriver } from '../../drivers/daco-mp/driver.ts';
import type { BytePort } from '../../drivers/transport/byte-port.ts';
import type { EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { InstrumentAlert, SafetyState } from '../../src/ports/diffractometer.ts';
import { FakeDaco } from './fake-daco.ts';
import { type ManualClock, manualRuntime } from './manual-runtime.ts';

/** Options as the schema's defaults have them. */
export function dacoOptions(port: BytePort): DacoDriverOptions {
  return {
    port,
    framing: 'soh-enq',
    dialect: 'd5000',
    instrumentId: 'd5000-test',
    title: 'test',
    simulated: true,
    sampleId: 'powder',
    radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] },
    clockSpeed: 1,
    limits: { fromDeg: 5, toDeg: 140 },
    dwellS: { min: 0.8, max: 600 },
    minWindowDeg: 0.1,
    scanModes: ['step'],
    scanAxis: 10,
    scanModeWord: 0,
    values: 'counts',
    maxRateCps: 2_000_000,
    maxFetch: 16,
    shutterReadBack: 'inPosition',
    generatorReady: true,
    autoInitialise: false,
    positionToleranceDeg: 0.002,
    cost: { apertureDeg: 0, perScanS: 5, perPointS: 1.8, slewDegPerS: 5, settleS: 0.3, shutterS: 0.5 },
    slewDegPerS: 5,
    pollMs: 500,
    safetyValidMs: 3000,
    replyTimeoutMs: 1000,
    writeTimeoutMs: 1000,
    quietMs: 100,
    pieceBytes: 16,
    pieceMs: 20,
    resends: 2,
    linkGraceMs: 5000,
    shutterTimeoutMs: 5000,
    moveTimeoutMs: 20_000,
    scanStartMs: 10_000,
    safeTimeoutMs: 15_000,
  };
}

export interface WatchedScan {
  readonly chunks: ScanChunk[];
  outcome: 'running' | 'whole' | EwaldError;
}

/** The driver and a fake far end on a line in memory, with time that moves by hand. */
export class DacoRig {
  readonly runtime = manualRuntime();
  readonly clock: ManualClock = this.runtime.clock;
  readonly fake = new FakeDaco(this.clock);
  readonly driver: DacoDiffractometer;
  readonly alerts: InstrumentAlert[] = [];
  readonly states: SafetyState[] = [];
  readonly #subscriptions: Subscription[] = [];

  constructor(options: Partial<DacoDriverOptions> = {}) {
    this.driver = openDacoDriver({ ...dacoOptions(this.fake), ...options }, this.runtime);
  }

  async open(): Promise<this> {
    await this.clock.during(this.driver.open(new AbortController().signal));
    this.#subscriptions.push(this.driver.alerts().subscribe((alert) => this.alerts.push(alert)));
    this.#subscriptions.push(this.driver.safety().subscribe((state) => this.states.push(state)));
    return this;
  }

  /** Ten points of one second from 20 degrees, or as changed. */
  command(requestId: string, changes: Partial<ScanCommand> = {}): ScanCommand {
    return {
      requestId,
      attempt: 1,
      sample: { sampleId: 'powder', slot: null },
      range: { fromDeg: 20, toDeg: 20.18 },
      stepDeg: 0.02,
      dwellS: 1,
      pointCount: 10,
      expectedS: 30,
      notAfterS: 1e9,
      how: { kind: 'step' },
      ...changes,
    };
  }

  scan(command: ScanCommand): WatchedScan {
    const watched: WatchedScan = { chunks: [], outcome: 'running' };
    this.driver.scan(command).subscribe({
      next: (chunk) => watched.chunks.push(chunk),
      error: (error: EwaldError) => {
        watched.outcome = error;
      },
      complete: () => {
        watched.outcome = 'whole';
      },
    });
    return watched;
  }

  /** The scan when it is over, one way or the other. */
  async over(watched: WatchedScan): Promise<WatchedScan> {
    await this.clock.until(() => watched.outcome !== 'running');
    return watched;
  }

  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    await this.clock.during(this.driver.close());
  }
}

export function countsOf({ chunks }: WatchedScan): number[] {
  return chunks.flatMap((chunk) => [...chunk.counts]);
}

export function anglesOf({ chunks }: WatchedScan): number[] {
  return chunks.flatMap((chunk) => [...chunk.twoThetaDeg]);
}
