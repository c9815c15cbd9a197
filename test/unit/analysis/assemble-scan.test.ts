import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assembleScan } from '../../../src/analysis/assemble-scan.ts';
import { scanCommand } from '../../support/scan-command.ts';
import { chunksOf, cuKa1 } from '../../support/scans.ts';

const command = scanCommand();
const ending = { startedAtS: 5, endedAtS: 16, completeness: 'whole' } as const;
const assemble = (chunks: Parameters<typeof assembleScan>[1], completeness: 'whole' | 'cut-short' = 'whole') =>
  assembleScan(command, chunks, { ...ending, completeness }, 'xrd1', cuKa1);

test('all chunks make a whole scan, however they were cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
      const scan = assemble(chunksOf(command, size));
      expect(scan).toMatchObject({ scanId: 'run-1.1', instrumentId: 'xrd1', completeness: 'whole', gaps: [], startedAtS: 5, endedAtS: 16 });
      expect([...scan.counts]).toEqual(Array.from({ length: 101 }, (_, i) => i));
      expect(scan.liveS.every((liveS) => liveS === 0.1)).toBe(true);
      expect([scan.twoThetaDeg[0], scan.twoThetaDeg[100]]).toEqual([20, 22]);
    }),
  );
});

test('a scan that stopped early keeps its points and names the rest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), fc.constantFrom('whole' as const, 'cut-short' as const), (kept, completeness) => {
      const scan = assemble(chunksOf(command, 1).slice(0, kept), completeness);
      expect(scan.counts).toHaveLength(kept);
      expect(scan.completeness).toBe('cut-short');
      expect(scan.gaps).toHaveLength(1);
      const [gap] = scan.gaps;
      expect(gap!.fromDeg).toBeCloseTo(20 + kept * 0.02, 9);
      expect(gap!.toDeg).toBe(22);
      expect(gap!.fromDeg).toBeLessThanOrEqual(gap!.toDeg);
    }),
  );
});

test('no point at all leaves the whole range open', () => {
  expect(assemble([], 'cut-short')).toMatchObject({ completeness: 'cut-short', gaps: [command.range] });
});

test('points and gaps together are the range, whichever points are missing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 40 }), (missing) => {
      const kept = chunksOf(command, 1).filter((_, i) => !missing.includes(i));
      const scan = assemble(kept.map((chunk, sequence) => ({ ...chunk, sequence })));
      const inGaps = Array.from({ length: 101 }, (_, i) => i).filter((i) =>
        scan.gaps.some(({ fromDeg, toDeg }) => 20 + i * 0.02 > fromDeg - 1e-6 && 20 + i * 0.02 < toDeg + 1e-6),
      );
      expect(inGaps).toEqual([...missing].sort((a, b) => a - b));
      for (const { fromDeg, toDeg } of scan.gaps) expect(fromDeg).toBeLessThanOrEqual(toDeg);
      expect(scan.completeness).toBe(missing.length === 0 ? 'whole' : 'cut-short');
    }),
  );
});

test('a single missing point is a gap that does not run backwards, on any raster', () => {
  const places = fc.record({ first: fc.integer({ min: 500, max: 4000 }), stepDeg: fc.constantFrom(0.01, 0.013, 0.02, 0.03) });
  fc.assert(
    fc.property(places, fc.integer({ min: 0, max: 4 }), ({ first, stepDeg }, missing) => {
      const fromDeg = Math.round(first * stepDeg * 1e6) / 1e6;
      const five = scanCommand({ range: { fromDeg, toDeg: Math.round((first + 4) * stepDeg * 1e6) / 1e6 }, stepDeg, pointCount: 5 });
      const kept = chunksOf(five, 1).filter((_, i) => i !== missing);
      const { gaps } = assembleScan(
        five,
        kept.map((chunk, sequence) => ({ ...chunk, sequence })),
        ending,
        'xrd1',
        cuKa1,
      );
      expect(gaps).toHaveLength(1);
      expect(gaps[0]!.fromDeg).toBeLessThanOrEqual(gaps[0]!.toDeg);
      expect(gaps[0]!.toDeg).toBeCloseTo(fromDeg + missing * stepDeg, 5);
    }),
  );
});

test('what the instrument calls cut short is never called whole', () => {
  expect(assemble(chunksOf(command, 10), 'cut-short')).toMatchObject({ completeness: 'cut-short', gaps: [] });
});

test('a missing chunk is not passed over', () => {
  const chunks = chunksOf(command, 10);
  expect(() => assemble(chunks.filter(({ sequence }) => sequence !== 3))).toThrow('chunk 3 of scan run-1.1 is missing');
});
