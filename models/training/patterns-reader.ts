import { readFileSync } from 'node:fs';
import { EwaldError } from '../../src/domain/errors.ts';
import { CHANNELS } from '../preprocess.ts';

export interface PatternsFile {
  readonly phases: readonly string[];
  readonly count: number;
  /** Relative peak heights of one pattern by place in `phases`, 0..255; 0 where absent. */
  heights(pattern: number): Uint8Array;
  /** [patterns, 3, points] of a stretch of patterns. */
  inputs(from: number, to: number): Float32Array;
}

const HEADER_BYTES = 4096;

/** Reads a file of `openPatternsWriter`. Fails with 'model' where its header is damaged. */
export function readPatterns(path: string): PatternsFile {
  const bytes = readFileSync(path);
  const { header, offset } = readHeader(bytes, path);
  const { phases, points, scale } = header;
  const labelBytes = phases.length + (phases.length % 2);
  const recordBytes = labelBytes + 2 * CHANNELS * points;
  const startOf = (pattern: number) => offset + pattern * recordBytes;
  return {
    phases,
    count: Math.floor((bytes.length - offset) / recordBytes),
    heights: (pattern) => bytes.subarray(startOf(pattern), startOf(pattern) + phases.length),
    inputs(from, to) {
      const values = new Float32Array((to - from) * CHANNELS * points);
      let next = 0;
      for (let pattern = from; pattern < to; pattern++)
        for (let i = 0; i < CHANNELS * points; i++) values[next++] = bytes.readInt16LE(startOf(pattern) + labelBytes + 2 * i) / scale;
      return values;
    },
  };
}

function readHeader(bytes: Buffer, path: string) {
  for (let offset = HEADER_BYTES; offset <= bytes.length; offset += HEADER_BYTES) {
    const text = bytes.subarray(0, offset).toString('utf8').trimEnd();
    if (!text.endsWith('}')) continue;
    try {
      return { header: JSON.parse(text) as { phases: string[]; points: number; scale: number }, offset };
    } catch {
      // A closing brace at the end of a block may be one in the middle of the header.
    }
  }
  throw new EwaldError('model', path, `the header of ${path} is damaged`, 'remove the file and draw it again');
}
