import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WireChunk } from '../../../../drivers/mqtt/protocol.ts';
import { fromWireChunk, toWireScan } from '../../../../drivers/mqtt/wire-units.ts';
import { scanCommand } from '../../../support/scan-command.ts';

test('decimal degrees and seconds pass the wire without loss', () => {
  const thousandths = fc.integer({ min: 5000, max: 120_000 });
  fc.assert(
    fc.property(thousandths, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1_000_000 }), (from, step, dwellMs) => {
      const command = scanCommand({ range: { fromDeg: from / 1000, toDeg: 0 }, stepDeg: step / 1000, dwellS: dwellMs / 1000 });
      const wire = toWireScan(command, 'free');
      expect([wire.fromUdeg, wire.stepUdeg, wire.dwellNs]).toEqual([from * 1000, step * 1000, dwellMs * 1e6]);
    }),
  );
});

test('a step that is no whole 1e-6 deg passes only where the raster is fixed and the rounding stays below half a step', () => {
  const command = scanCommand({ stepDeg: 0.0131303, pointCount: 4000 });
  const rasters = [{ stepDeg: 0.0131303, originDeg: 5 }];
  expect(() => toWireScan(command, 'free')).toThrow('no whole number');
  expect(toWireScan(command, rasters).stepUdeg).toBe(13_130);
  expect(() => toWireScan({ ...command, pointCount: 40_000 }, rasters)).toThrow('no whole number');
});

test('a program cannot be sent', () => {
  expect(() => toWireScan(scanCommand({ how: { kind: 'program', name: 'fast' } }), 'free')).toThrow('no programs');
});

test('angles of a chunk are the doubles nearest to their decimals', () => {
  const head = { schema: 'ewald.chunk/1', bootId: 'b', requestId: 'r', attempt: 1, sequence: 0, atS: 7 } as const;
  const chunk: WireChunk = { ...head, fromUdeg: 20_000_000, stepUdeg: 13_130, counts: [1, 2, 3], liveNs: [1e8, 2e8, 3e8] };
  const { twoThetaDeg, liveS, counts, instrumentTimeS } = fromWireChunk(chunk);
  expect([...twoThetaDeg]).toEqual([20, 20.01313, 20.02626]);
  expect([...liveS]).toEqual([0.1, 0.2, 0.3]);
  expect([...counts]).toEqual([1, 2, 3]);
  expect(instrumentTimeS).toBe(7);
});
