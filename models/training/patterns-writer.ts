import { closeSync, openSync, writeSync } from 'node:fs';
import type { InputGrid } from '../input-grid.ts';
import { CHANNELS } from '../preprocess.ts';

/** Inputs are stored as round(value * SCALE) in 16 bits: the range is +-4, the step 1.2e-4. */
export const SCALE = 8192;
/** The header is padded to a multiple of this. */
const HEADER_BYTES = 4096;

/** `toFixedPoint` of each value, saturating. */
export function toFixedPoint(values: Float32Array, out: Int16Array): void {
  for (let i = 0; i < values.length; i++) out[i] = Math.round(Math.min(32767, Math.max(-32768, values[i]! * SCALE)));
}

/** Values back from their stored form. */
export function fromFixedPoint(stored: Int16Array): Float32Array {
  return Float32Array.from(stored, (value) => value / SCALE);
}

export interface PatternsWriter {
  /** `heights`: relative peak height of each phase, 0 where absent; `input`: [3, points]. */
  write(heights: Float64Array, input: Float32Array): void;
  close(): void;
}

/**
 * Writes a patterns file for patterns_file.py: a JSON header padded to a multiple of 4096 bytes, then per pattern the heights as bytes (255 = highest, at least 1
 * where present, padded to an even number) and the input as little-endian 16-bit integers.
 */
export function openPatternsWriter(
  path: string,
  phases: readonly string[],
  grid: InputGrid,
  about: Record<string, unknown>,
): PatternsWriter {
  const file = openSync(path, 'w');
  const header = { schema: 'ewald.patterns/1', phases, points: grid.points, scale: SCALE, grid, ...about };
  const text = Buffer.from(JSON.stringify(header));
  writeSync(file, Buffer.concat([text], Math.ceil(text.length / HEADER_BYTES) * HEADER_BYTES).fill(' ', text.length));
  const labelBytes = phases.length + (phases.length % 2);
  const record = Buffer.alloc(labelBytes + 2 * CHANNELS * grid.points);
  const stored = new Int16Array(record.buffer, record.byteOffset + labelBytes, CHANNELS * grid.points);
  return {
    write(heights, input) {
      for (let i = 0; i < phases.length; i++) record[i] = heights[i]! > 0 ? Math.max(1, Math.round(255 * heights[i]!)) : 0;
      toFixedPoint(input, stored);
      writeSync(file, record);
    },
    close: () => closeSync(file),
  };
}
