import { expect } from '@jest/globals';
import { type HuberMythenOptions, openHuberMythenDriver } from '../../drivers/huber-mythen/driver.ts';
import type { BytePort } from '../../drivers/transport/byte-port.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { DriverRig, joined, type WatchedScan } from './driver-rig.ts';
import { FakeMythen } from './fake-mythen.ts';
import { FakeSmc } from './fake-smc.ts';
import { powderScan } from './scan-command.ts';

/** Options as the schema's defaults have them, with 240 mm from the centre to the strips. */
export function huberMythenOptions(goniometerPort: BytePort, detectorPort: BytePort): HuberMythenOptions {
  return {
    goniometerPort,
    detectorPort,
    instrumentId: 'huber-test',
    title: 'test',
    simulated: true,
    sampleId: 'powder',
    radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] },
    limits: { fromDeg: 5, toDeg: 140 },
    dwellS: { min: 0.1, max: 600 },
    minWindowDeg: 0.5,
    cost: { perScanS: 5, slewDegPerS: 5, settleS: 0.5, perPointS: 0, shutterS: 0 },
    geometry: { pitchMm: 0.05, direction: 1, shape: 'flat', modules: [{ centreChannel: 639.5, radiusMm: 240, offsetDeg: 0 }] },
    rules: { hopDeg: 180, deadTimeS: 0, maxStripRateCps: 100_000, minExposureS: 0.01, maxExposureS: 3 },
    armAxis: 1,
    sampleAxis: null,
    positionToleranceDeg: 0.002,
    encoder: false,
    requireHomed: true,
    settleMs: 500,
    moveStartMs: 2000,
    moveTimeoutMs: 20_000,
    settings: null,
    thresholdKeV: null,
    flatField: 'detector',
    exposureGraceMs: 5000,
    bannerMs: 1000,
    replyTimeoutMs: 1500,
    writeTimeoutMs: 1500,
    pollMs: 100,
    statusIntervalMs: 1000,
    safetyValidMs: 10_000,
    safeTimeoutMs: 15_000,
    clockSpeed: 1,
  };
}

/** Angle of a strip as the rig's optics have it, reckoned apart from the driver. */
export function stripDeg(armDeg: number, strip: number): number {
  return armDeg + (Math.atan2((strip - 639.5) * 0.05, 240) / Math.PI) * 180;
}

/** A background and one line at 28.4 degrees, per strip. */
export function lineRateCps(deg: number): number {
  return 200 + 5000 * Math.exp(-0.5 * ((deg - 28.4) / 0.04) ** 2);
}

export interface FakePair {
  readonly smc: FakeSmc;
  readonly mythen: FakeMythen;
}

export function fakePair(clock: Clock, rateCps: (deg: number) => number = lineRateCps): FakePair {
  const smc = new FakeSmc(clock);
  smc.push(1, 10);
  return { smc, mythen: new FakeMythen(clock, (strip) => rateCps(stripDeg(smc.deg(1), strip))) };
}

/** The driver and fake far ends in memory. */
export class HuberMythenRig extends DriverRig<Diffractometer> {
  readonly smc: FakeSmc;
  readonly mythen: FakeMythen;
  readonly driver: Diffractometer;

  constructor(options: Partial<HuberMythenOptions> = {}, rateCps?: (deg: number) => number) {
    super();
    const { smc, mythen } = fakePair(this.clock, rateCps);
    this.smc = smc;
    this.mythen = mythen;
    this.driver = openHuberMythenDriver({ ...huberMythenOptions(smc.connect(), mythen.connect()), ...options }, this.runtime);
  }

  /** 25 to 32 degrees in steps of 0.02 with 1 s of live time, or as changed. */
  command(requestId: string, changes: Partial<ScanCommand> = {}): ScanCommand {
    return powderScan(requestId, {
      range: { fromDeg: 25, toDeg: 32 },
      pointCount: 351,
      how: { kind: 'snapshot' },
      ...changes,
    });
  }

  measure(requestId = 'scan', changes: Partial<ScanCommand> = {}): Promise<WatchedScan> {
    return this.over(this.scan(this.command(requestId, changes)));
  }
}

/** Every point of the usual scan is there, with counts and live times that make the rates of the line at its angle. */
export function expectLine(scan: WatchedScan): void {
  const { deg, counts, liveS } = joined(scan);
  expect(deg).toHaveLength(351);
  for (const [i, angle] of deg.entries()) {
    // Within half a step the rate of the flank changes.
    const around = [-0.01, 0, 0.01].map((by) => lineRateCps(angle + by));
    expect(counts[i]! / liveS[i]!).toBeGreaterThanOrEqual(Math.min(...around) * 0.99 - 1);
    expect(counts[i]! / liveS[i]!).toBeLessThanOrEqual(Math.max(...around) * 1.01 + 1);
  }
}
