import type { WireBirth } from '../../drivers/mqtt/protocol.ts';

export const FAKE_CAPABILITIES: WireBirth['capabilities'] = {
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.005, max: 0.1, rasterDeg: 0.001 },
  rasters: 'free',
  dwellS: { min: 0.01, max: 100 },
  minWindowDeg: 0.1,
  cost: { apertureDeg: 0, perScanS: 0, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['step', 'continuous'],
  hasShutter: true,
};

/** What a fake instrument says of itself when it starts. */
export function fakeBirth(bootId: string, capabilities: WireBirth['capabilities'], atS: number): WireBirth {
  return {
    schema: 'ewald.birth/1',
    bootId,
    instrumentId: 'fake',
    title: 'Fake diffractometer',
    software: 'fake 1',
    simulated: true,
    sampleId: 's1',
    radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] },
    capabilities,
    clock: { atS, speed: 1 },
  };
}
