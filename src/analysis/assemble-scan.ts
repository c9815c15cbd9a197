import type { AngleRange } from '../domain/angle-range.ts';
import { EwaldError } from '../domain/errors.ts';
import type { Radiation } from '../domain/radiation.ts';
import { type Scan, type ScanChunk, type ScanCommand, scanIdOf } from '../domain/scan.ts';

export interface ScanEnding {
  readonly startedAtS: number;
  readonly endedAtS: number;
  readonly completeness: 'whole' | 'cut-short';
}

/** Puts the chunks of one attempt, in order of sequence, into a scan; angles without a point are declared as gaps. Fails on a missing sequence. */
export function assembleScan(
  command: ScanCommand,
  chunks: readonly ScanChunk[],
  ending: ScanEnding,
  instrumentId: string,
  radiation: Radiation,
): Scan {
  chunks.forEach((chunk, index) => {
    if (chunk.sequence !== index)
      throw new EwaldError(
        'link',
        scanIdOf(command),
        `chunk ${index} of scan ${scanIdOf(command)} is missing`,
        'the scan is asked for again',
      );
  });
  const scan = {
    scanId: scanIdOf(command),
    command,
    instrumentId,
    radiation,
    startedAtS: ending.startedAtS,
    endedAtS: ending.endedAtS,
    twoThetaDeg: join(chunks.map((chunk) => chunk.twoThetaDeg)),
    counts: join(chunks.map((chunk) => chunk.counts)),
    liveS: join(chunks.map((chunk) => chunk.liveS)),
  };
  const gaps = gapsOf(command, scan.twoThetaDeg);
  const completeness = ending.completeness === 'whole' && gaps.length === 0 ? 'whole' : 'cut-short';
  return { ...scan, completeness, gaps };
}

function join(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function gapsOf(command: ScanCommand, twoThetaDeg: Float64Array): AngleRange[] {
  const { range, stepDeg } = command;
  const gaps: AngleRange[] = [];
  let expectedDeg = range.fromDeg;
  for (const angleDeg of twoThetaDeg) {
    if (angleDeg - expectedDeg > stepDeg / 2) gaps.push(gapOf(expectedDeg, angleDeg - stepDeg));
    expectedDeg = angleDeg + stepDeg;
  }
  if (range.toDeg - expectedDeg > -stepDeg / 2) gaps.push(gapOf(expectedDeg, range.toDeg));
  return gaps;
}

/** Rounding must not turn the gap of a single point round. */
function gapOf(fromDeg: number, toDeg: number): AngleRange {
  return { fromDeg: Math.min(fromDeg, toDeg), toDeg };
}
