import type { WireBirth } from '../drivers/mqtt/protocol.ts';
import type { CostModel } from '../src/domain/decision.ts';
import type { Specimen } from './specimen.ts';

type WireCapabilities = WireBirth['capabilities'];

export type DetectorKind = 'strip' | 'point';

/** What one kind of simulated instrument is like. Lease and heartbeat times are wall ms. */
export interface InstrumentProfile {
  readonly instrumentId: string;
  readonly title: string;
  readonly capabilities: WireCapabilities;
  readonly maxLeaseTtlMs: number;
  readonly heartbeatMs: number;
  readonly safetyValidForMs: number;
  /** 'scan': every scan opens and closes the shutter itself; 'commanded': it moves by commands of its own and a scan counts whatever comes. */
  readonly shutter: 'scan' | 'commanded';
  /** A chunk ends after so many points or so much wall time, whichever comes first. */
  readonly chunk: { readonly points: number; readonly wallMs: number };
}

/** A strip of 2.9 degrees as on common laboratory instruments, and a point detector on a stepping goniometer (domain-facts sections 5.2, 5.3). */
const COSTS: Readonly<Record<DetectorKind, CostModel>> = {
  strip: { apertureDeg: 2.9, perScanS: 8, perPointS: 0, slewDegPerS: 20, settleS: 0.3, shutterS: 0.5 },
  point: { apertureDeg: 0, perScanS: 8, perPointS: 1.8, slewDegPerS: 5, settleS: 0.3, shutterS: 0.5 },
};

/** The profile of an instrument with this detector, bent to the rasters and angles that the specimen offers. */
export function profileFor(detector: DetectorKind, specimen: Specimen, instrumentId: string): InstrumentProfile {
  const { rasters } = specimen;
  const stepsDeg = rasters === 'free' ? null : rasters.map((raster) => raster.stepDeg);
  const stepDeg = stepsDeg
    ? { min: Math.min(...stepsDeg) - 1e-6, max: Math.max(...stepsDeg) + 1e-6, rasterDeg: 1e-6 }
    : { min: 0.005, max: 0.5, rasterDeg: 0.001 };
  const range = specimen.range ?? { fromDeg: 5, toDeg: 140 };
  return {
    instrumentId,
    title: `simulated diffractometer with a ${detector} detector`,
    capabilities: {
      twoThetaLimits: range,
      stepDeg,
      rasters: rasters === 'free' ? 'free' : rasters.map((raster) => ({ ...raster })),
      dwellS: { min: 0.001, max: 3600 },
      minWindowDeg: 0.1,
      cost: detector === 'strip' ? { ...COSTS.strip, apertureDeg: specimen.apertureDeg ?? COSTS.strip.apertureDeg } : { ...COSTS.point },
      modes: [detector === 'strip' ? 'continuous' : 'step'],
      hasShutter: true,
    },
    maxLeaseTtlMs: 60_000,
    heartbeatMs: 1000,
    safetyValidForMs: 3000,
    shutter: 'scan',
    chunk: { points: 64, wallMs: 500 },
  };
}
