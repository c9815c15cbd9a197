import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { INPUT_GRID } from '../../../../models/input-grid.ts';
import { loadReferences } from '../../../../models/references/load-references.ts';
import { drawExposure, TRAINING_EXPOSURE } from '../../../../models/training/draw-exposure.ts';
import { drawPatterns, libraryOf } from '../../../../models/training/draw-patterns.ts';
import { fromFixedPoint, openPatternsWriter, SCALE, toFixedPoint } from '../../../../models/training/patterns-writer.ts';
import { TRAINING_PRIOR } from '../../../../src/diffraction/scene.ts';
import { seededRandom } from '../../../../src/diffraction/seeded-random.ts';

describe('training patterns', () => {
  test('are a function of the seed, name one to four phases and stay within the stored range', () => {
    const library = libraryOf(loadReferences('solid-state-precursors').slice(0, 6));
    const draw = (seed: number): { heights: number[]; input: Float32Array }[] => {
      const drawn: { heights: number[]; input: Float32Array }[] = [];
      const options = { prior: TRAINING_PRIOR, exposure: TRAINING_EXPOSURE, count: 6, perScene: 2 };
      drawPatterns(seededRandom(seed), library, options, (heights, input) => drawn.push({ heights: [...heights], input: input.slice() }));
      return drawn;
    };
    const first = draw(3);
    expect(draw(3)).toEqual(first);
    expect(draw(4)).not.toEqual(first);
    expect(first).toHaveLength(6);
    expect(first[1]!.heights).toEqual(first[0]!.heights);
    for (const { heights, input } of first) {
      const present = heights.filter((height) => height > 0);
      expect(present.length).toBeGreaterThan(0);
      expect(Math.max(...present)).toBe(1);
      expect(input.every((value) => Math.abs(value) < 32767 / SCALE)).toBe(true);
    }
  });

  test('exposures cover one stretch of the grid, windows only add to it', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { liveS, measured } = drawExposure(seededRandom(seed), INPUT_GRID, 1000, TRAINING_EXPOSURE);
      const from = measured.indexOf(1);
      const to = measured.lastIndexOf(1);
      expect(measured.subarray(from, to + 1).every((m) => m === 1)).toBe(true);
      const base = Math.min(...liveS.subarray(from, to + 1));
      expect(base * 1000).toBeGreaterThanOrEqual(40 * 0.999);
      expect(base * 1000).toBeLessThanOrEqual(40_000 * 1.001);
      expect(to - from).toBeGreaterThan(30 / INPUT_GRID.stepDeg - 2);
    }
  });

  test('files hold header, heights and inputs where the reader looks for them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ewald-patterns-'));
    try {
      const path = join(folder, 'patterns.bin');
      const grid = { ...INPUT_GRID, points: 4 };
      const writer = openPatternsWriter(path, ['a', 'b', 'c'], grid, { seed: '1' });
      writer.write(Float64Array.from([1, 0, 0.001]), new Float32Array(12).fill(-0.5));
      writer.close();
      const bytes = readFileSync(path);
      expect(bytes).toHaveLength(4096 + 4 + 24);
      expect(JSON.parse(bytes.subarray(0, 4096).toString())).toMatchObject({ phases: ['a', 'b', 'c'], points: 4, scale: SCALE, seed: '1' });
      expect([...bytes.subarray(4096, 4099)]).toEqual([255, 0, 1]);
      expect(bytes.readInt16LE(4100)).toBe(-0.5 * SCALE);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('fixed point keeps values to its step and saturates', () => {
    const stored = new Int16Array(3);
    toFixedPoint(Float32Array.from([1.23456, -9, 9]), stored);
    const back = fromFixedPoint(stored);
    expect(back[0]).toBeCloseTo(1.23456, 3);
    expect([...stored.subarray(1)]).toEqual([-32768, 32767]);
  });
});
