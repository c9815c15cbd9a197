import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Manifest, readManifest } from '../../../models/manifest.ts';
import { CHANNELS } from '../../../models/preprocess.ts';
import { readReconstruction } from '../../../models/reconstruction.ts';
import { bundleDir, bundleNames } from '../../../models/registry.ts';
import { readStoredTest } from '../../../models/self-test.ts';

const CELLS = 8;
const PER_CELL = 2;
const POINTS = CELLS * PER_CELL;
const MEAN = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
/** Two lines each, no line in common. */
const COMPONENTS = [
  [Math.SQRT1_2, 0, Math.SQRT1_2, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, Math.SQRT1_2, 0, Math.SQRT1_2],
];
const QUANTILES = [0, 0.1, 0.3];

const folder = mkdtempSync(join(tmpdir(), 'ewald-reconstruction-'));
afterAll(() => rmSync(folder, { recursive: true }));

function reconstructor(numbers: readonly number[] = [...MEAN, ...COMPONENTS.flat(), ...QUANTILES]) {
  const bytes = Buffer.from(Float32Array.from(numbers).buffer);
  writeFileSync(join(folder, 'r.bin'), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const reconstruction = { file: 'r.bin', sha256, components: 2, quantiles: QUANTILES.length, selfTestErrors: [] };
  return readReconstruction(folder, { cells: CELLS, grid: { points: POINTS }, reconstruction } as unknown as Manifest)!;
}

/** The given value is the higher of the two points of a cell; the first `measured` cells were measured. */
function inputOf(values: readonly number[], measured = CELLS): Float32Array {
  const input = new Float32Array(CHANNELS * POINTS);
  for (let i = 0; i < measured * PER_CELL; i++) {
    input[i] = values[Math.floor(i / PER_CELL)]! - (i % PER_CELL === 0 ? 0.05 : 0);
    input[2 * POINTS + i] = 0.5;
  }
  return input;
}

const onMean = (cells: Readonly<Record<number, number>>) => MEAN.map((value, cell) => value + (cells[cell] ?? 0));

describe('the reconstruction of a pattern', () => {
  test('is nearly perfect for a sum of the components, whatever their amounts', () => {
    const { error, quantile } = reconstructor()(inputOf(onMean({ 0: 0.6, 2: 0.6, 5: 0.2, 7: 0.2 })))!;
    expect(error).toBeLessThan(1e-3);
    expect(quantile).toBeLessThan(0.01);
  });

  test('leaves lines that no component has, and ranks the pattern behind all of the model’s own', () => {
    const { error, quantile } = reconstructor()(inputOf(onMean({ 1: 0.6, 4: 0.6 })))!;
    // Nothing is reconstructed, and the median is the mean of the rest: error is 1 but for rounding.
    expect(error).toBeCloseTo(1, 5);
    expect(quantile).toBe(1);
  });

  test('leaves half of a line whose partner is missing, and ranks between the stored errors', () => {
    const { error, quantile } = reconstructor()(inputOf(onMean({ 0: 0.6, 2: 0.6, 5: 0.3 })))!;
    const rest = 0.3 ** 2 / 2;
    expect(error).toBeCloseTo(rest / (2 * 0.6 ** 2 + 0.3 ** 2), 2);
    expect(quantile).toBeCloseTo(0.5 * (error / 0.1), 6);
  });

  test('judges by what was measured, and says nothing of too little', () => {
    const values = onMean({ 0: 0.6, 2: 0.6, 5: 0.6 });
    expect(reconstructor()(inputOf(values, 5))!.error).toBeLessThan(1e-3);
    expect(reconstructor()(inputOf(values, 3))).toBeNull();
  });

  test('a file of another length is refused', () => {
    expect(() => reconstructor([...MEAN, ...COMPONENTS.flat()])).toThrow('wrong length');
  });

  test('a bundle without components has none', () => {
    expect(readReconstruction(folder, { cells: CELLS, grid: { points: POINTS } } as unknown as Manifest)).toBeNull();
  });
});

test.each(bundleNames())('the components of %s reconstruct its stored patterns as they did at export', (name) => {
  const folder = bundleDir(name);
  const manifest = readManifest(folder);
  const reconstruct = readReconstruction(folder, manifest)!;
  const { inputs } = readStoredTest(folder, manifest);
  const perPattern = CHANNELS * manifest.grid.points;
  const errors = manifest.reconstruction!.selfTestErrors;
  expect(errors).toHaveLength(manifest.selfTest.patterns);
  for (const [n, expected] of errors.entries()) {
    const found = reconstruct(inputs.subarray(n * perPattern, (n + 1) * perPattern));
    if (expected === null) expect(found).toBeNull();
    else expect(found!.error).toBeCloseTo(expected, 4);
  }
});
