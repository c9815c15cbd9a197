import { badInput } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities } from '../../src/ports/diffractometer.ts';
import { type CommandBody, commandBodies, type WireChunk } from './protocol.ts';

export type WireScan = CommandBody<'scan'>;

/**
 * The command in the integers of the wire. 'badInput' where they cannot say it: degrees that are no whole 1e-6 degree (on a fixed raster: whose
 * rounding adds up to more than half a step over the scan), a dwell that is no whole nanosecond, a named program.
 */
export function toWireScan(command: ScanCommand, rasters: Capabilities['rasters']): WireScan {
  const { requestId, attempt, sample, range, stepDeg, dwellS, pointCount, how } = command;
  if (how.kind === 'program')
    throw badInput(requestId, `this instrument has no programs, '${how.name}' was asked for`, 'ask for a free scan');
  const stepUdeg = Math.round(stepDeg * 1e6);
  const slackUdeg = rasters === 'free' ? 1e-3 : stepUdeg / 2;
  const driftUdeg = Math.abs(stepDeg * 1e6 - stepUdeg) * pointCount;
  if (!(driftUdeg <= slackUdeg)) throw badInput(requestId, `the step ${stepDeg} deg is no whole number of 1e-6 deg`, 'round the step');
  const dwellNs = Math.round(dwellS * 1e9);
  if (!(Math.abs(dwellS * 1e9 - dwellNs) <= 1e-3))
    throw badInput(requestId, `the dwell ${dwellS} s is no whole number of ns`, 'round the dwell');
  const fromUdeg = wholeUdeg(requestId, range.fromDeg, rasters === 'free' ? 1e-3 : 0.5);
  const parsed = commandBodies.scan.safeParse({
    requestId,
    attempt,
    sampleId: sample.sampleId,
    fromUdeg,
    stepUdeg,
    pointCount,
    dwellNs,
    mode: how.kind,
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badInput(requestId, `the scan cannot be sent: ${issue?.path.join('.')}: ${issue?.message}`, 'mend the request');
}

function wholeUdeg(requestId: string, deg: number, slackUdeg: number): number {
  const udeg = Math.round(deg * 1e6);
  if (!(Math.abs(deg * 1e6 - udeg) <= slackUdeg))
    throw badInput(requestId, `the angle ${deg} deg is no whole number of 1e-6 deg`, 'round the angle');
  return udeg;
}

/** The chunk in degrees and seconds. Dividing the integers gives the double nearest to the decimal number, so nothing accumulates. */
export function fromWireChunk(chunk: WireChunk): ScanChunk {
  const { requestId, attempt, sequence, fromUdeg, stepUdeg, counts, liveNs, atS } = chunk;
  return {
    requestId,
    attempt,
    sequence,
    twoThetaDeg: Float64Array.from(counts, (_, i) => (fromUdeg + i * stepUdeg) / 1e6),
    counts: Float64Array.from(counts),
    liveS: Float64Array.from(counts, (_, i) => (typeof liveNs === 'number' ? liveNs : liveNs[i]!) / 1e9),
    instrumentTimeS: atS,
  };
}
