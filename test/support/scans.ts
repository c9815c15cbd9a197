import fc from 'fast-check';
import { assembleScan } from '../../src/analysis/assemble-scan.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import type { Scan, ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import { scanCommand } from './scan-command.ts';

export const cuKa1: Radiation = { anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] };

/** Chunks of `size` points with the counts of `countsAt`, as an instrument delivers a command. */
export function chunksOf(command: ScanCommand, size: number, countsAt: (point: number) => number = (i) => i): ScanChunk[] {
  const chunks: ScanChunk[] = [];
  for (let from = 0; from < command.pointCount; from += size) {
    const points = Array.from({ length: Math.min(size, command.pointCount - from) }, (_, i) => from + i);
    chunks.push({
      requestId: command.requestId,
      attempt: command.attempt,
      sequence: chunks.length,
      twoThetaDeg: Float64Array.from(points, (i) => Math.round((command.range.fromDeg + i * command.stepDeg) * 1e6) / 1e6),
      counts: Float64Array.from(points, countsAt),
      liveS: Float64Array.from(points, () => command.dwellS),
      instrumentTimeS: 100 + from * command.dwellS,
    });
  }
  return chunks;
}

/** A whole scan. */
export function wholeScan(changes: Partial<ScanCommand>, countsAt?: (point: number) => number): Scan {
  const command = scanCommand(changes);
  return assembleScan(
    command,
    chunksOf(command, 50, countsAt),
    { startedAtS: 0, endedAtS: 10, completeness: 'whole' },
    'instrument',
    cuKa1,
  );
}

/** Scans on rasters that partly coincide: starts on fiftieths of a degree, dwells in binary fractions so that their sums are exact. */
export const anyScans: fc.Arbitrary<Scan[]> = fc
  .array(
    fc.record({
      from: fc.integer({ min: 500, max: 520 }),
      points: fc.integer({ min: 1, max: 60 }),
      stepDeg: fc.constantFrom(0.02, 0.04, 0.06),
      dwellS: fc.constantFrom(0.25, 0.5, 2),
      factor: fc.integer({ min: 0, max: 1000 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((plans) =>
    plans.map(({ from, points, stepDeg, dwellS, factor }, index) => {
      const fromDeg = from / 50;
      const range = { fromDeg, toDeg: Math.round((fromDeg + (points - 1) * stepDeg) * 1e6) / 1e6 };
      return wholeScan({ requestId: `r-${index}`, range, stepDeg, dwellS, pointCount: points }, (i) => factor * (1 + (i % 7)));
    }),
  );
