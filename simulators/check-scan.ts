import type { CommandBody, WireBirth } from '../drivers/mqtt/protocol.ts';
import { Refusal } from './refusal.ts';
import type { Specimen } from './specimen.ts';

/** Throws a Refusal where this instrument cannot do the scan; all limits are checked in the integers of the wire. */
export function checkScan(body: CommandBody<'scan'>, capabilities: WireBirth['capabilities'], specimen: Specimen): void {
  const { fromUdeg, stepUdeg, pointCount, dwellNs } = body;
  const toUdeg = fromUdeg + (pointCount - 1) * stepUdeg;
  const { twoThetaLimits, stepDeg, dwellS, minWindowDeg, rasters } = capabilities;
  if (body.sampleId !== specimen.sampleId)
    throw new Refusal('invalid', `the sample in the beam is ${specimen.sampleId}, not ${body.sampleId}`);
  if (!capabilities.modes.includes(body.mode)) throw new Refusal('invalid', `mode ${body.mode} is not offered`);
  // The steps of a recording are rounded to 1e-6 degree on the wire, which adds up over a long scan.
  const slackUdeg = rasters === 'free' ? 0 : stepUdeg / 2;
  if (fromUdeg < udegOf(twoThetaLimits.fromDeg) - slackUdeg || toUdeg > udegOf(twoThetaLimits.toDeg) + slackUdeg)
    throw new Refusal(
      'outOfLimits',
      `${fromUdeg / 1e6} to ${toUdeg / 1e6} degrees leaves ${twoThetaLimits.fromDeg} to ${twoThetaLimits.toDeg}`,
    );
  if (stepUdeg < udegOf(stepDeg.min) || stepUdeg > udegOf(stepDeg.max))
    throw new Refusal('outOfLimits', `a step of ${stepUdeg / 1e6} degrees is outside ${stepDeg.min} to ${stepDeg.max}`);
  if (dwellNs < dwellS.min * 1e9 || dwellNs > dwellS.max * 1e9)
    throw new Refusal('outOfLimits', `a dwell of ${dwellNs / 1e9} s is outside ${dwellS.min} to ${dwellS.max}`);
  if (toUdeg - fromUdeg + stepUdeg < udegOf(minWindowDeg))
    throw new Refusal('outOfLimits', `a window of ${(toUdeg - fromUdeg) / 1e6} degrees is narrower than ${minWindowDeg}`);
  const rasterUdeg = udegOf(stepDeg.rasterDeg);
  if (rasters === 'free' && (stepUdeg % rasterUdeg !== 0 || fromUdeg % rasterUdeg !== 0))
    throw new Refusal('invalid', `start and step must be multiples of ${stepDeg.rasterDeg} degrees`);
  const refusal = specimen.refusal(body);
  if (refusal) throw new Refusal(refusal.code, refusal.text);
}

function udegOf(deg: number): number {
  return Math.round(deg * 1e6);
}
