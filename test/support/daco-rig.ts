import { type DacoDiffractometer, type DacoDriverOptions, openDacoDriver } from '../../drivers/daco-mp/driver.ts';
import type { BytePort } from '../../drivers/transport/byte-port.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import { DriverRig } from './driver-rig.ts';
import { FakeDaco } from './fake-daco.ts';
import { powderScan } from './scan-command.ts';

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

/** The driver and a fake far end on a line in memory. */
export class DacoRig extends DriverRig<DacoDiffractometer> {
  readonly fake = new FakeDaco(this.clock);
  readonly driver: DacoDiffractometer;

  constructor(options: Partial<DacoDriverOptions> = {}) {
    super();
    this.driver = openDacoDriver({ ...dacoOptions(this.fake), ...options }, this.runtime);
  }

  /** Ten points of one second from 20 degrees, or as changed. */
  command(requestId: string, changes: Partial<ScanCommand> = {}): ScanCommand {
    return powderScan(requestId, {
      range: { fromDeg: 20, toDeg: 20.18 },
      pointCount: 10,
      how: { kind: 'step' },
      ...changes,
    });
  }
}

/** Rigs of one test file; `close` is for `afterEach`. */
export function dacoRigs() {
  const rigs: DacoRig[] = [];
  const make = (options: Partial<DacoDriverOptions> = {}): DacoRig => {
    const rig = new DacoRig(options);
    rigs.push(rig);
    return rig;
  };
  return {
    /** Not opened yet. */
    make,
    opened: (options?: Partial<DacoDriverOptions>): Promise<DacoRig> => make(options).open(),
    close: async (): Promise<void> => {
      for (const rig of rigs.splice(0)) await rig.close();
    },
  };
}

/** What the fake counts at the ten points of the rig's command, and where they stand. */
export const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
export const ANGLES = TEN.map((n) => Math.round((20 + (n - 1) * 0.02) * 1e9) / 1e9);
