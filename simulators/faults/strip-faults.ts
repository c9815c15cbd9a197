import { z } from 'zod';
import type { StripDisturbance } from '../endpoints/strip-reach.ts';
import type { Fault, FaultReach } from './fault.ts';

const endsAfterS = z.number().positive().nullable().default(null);
const channel = z.int().nonnegative().max(5119);

/** Holds from now on; that it took effect is told with the first frame that was counted so. Channels that the detector lacks are wrapped around. */
function disturb({ strips, device }: FaultReach, what: StripDisturbance, atS: number, ends: number | null, told: () => void): void {
  let isTold = false;
  const end = strips?.disturb(what, () => {
    if (!isTold) told();
    isTold = true;
  });
  if (ends !== null) device.schedule.at(atS + ends, () => end?.());
}

const hotSchema = z.strictObject({ channel: channel.default(700), cps: z.number().positive().max(1e7).default(1e6), endsAfterS });

export const hotStrip: Fault<z.infer<typeof hotSchema>> = {
  id: 'hot-strip',
  title: 'a strip counts by itself',
  optionsSchema: hotSchema,
  needs: 'strips',
  apply(reach, { channel: wanted, cps, endsAfterS: ends }, atS, took) {
    const at = wanted % (reach.strips?.channels() ?? 1);
    disturb(reach, { kind: 'hot', channel: at, cps }, atS, ends, () => took(`a frame was counted with strip ${at} hot`));
  },
};

const deadSchema = z.strictObject({ channel: channel.default(400), count: z.int().positive().default(16), endsAfterS });

export const deadStrips: Fault<z.infer<typeof deadSchema>> = {
  id: 'dead-strips',
  title: 'strips count nothing',
  optionsSchema: deadSchema,
  needs: 'strips',
  apply(reach, { channel: wanted, count, endsAfterS: ends }, atS, took) {
    const fromChannel = wanted % (reach.strips?.channels() ?? 1);
    disturb(reach, { kind: 'dead', fromChannel, count }, atS, ends, () => took(`a frame was counted with ${count} strips dead`));
  },
};

const floodSchema = z.strictObject({ factor: z.number().positive().max(1e6).default(2000), endsAfterS });

/** So much light that counters lose counts by their dead time, and those of strips roll over. */
export const saturation: Fault<z.infer<typeof floodSchema>> = {
  id: 'saturation',
  title: 'the beam is far too strong for the detector',
  optionsSchema: floodSchema,
  needs: 'holder',
  apply(reach, { factor, endsAfterS: ends }, atS, took) {
    if (!reach.strips) {
      reach.holder?.brighten(factor);
      took(`the beam was ${factor} times as strong`);
      if (ends !== null) reach.device.schedule.at(atS + ends, () => reach.holder?.brighten(1));
      return;
    }
    disturb(reach, { kind: 'flood', factor }, atS, ends, () => took(`a frame was counted in ${factor} times the light`));
  },
};

const driftSchema = z.strictObject({ byKev: z.number().default(1.65), endsAfterS });

export const thresholdDrift: Fault<z.infer<typeof driftSchema>> = {
  id: 'threshold-drift',
  title: 'the thresholds of the strips have drifted',
  optionsSchema: driftSchema,
  needs: 'strips',
  apply(reach, { byKev, endsAfterS: ends }, atS, took) {
    disturb(reach, { kind: 'threshold', byKev }, atS, ends, () => took(`a frame was counted with thresholds off by ${byKev} keV`));
  },
};
