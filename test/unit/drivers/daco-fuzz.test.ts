import { expect, test } from '@jest/globals';
import { fuzzDaco } from '../../support/fuzz-daco.ts';

/** More frames for a figure: EWALD_FUZZ_FRAMES=1000000 EWALD_FUZZ_PRINT=1. */
const frames = Number(process.env['EWALD_FUZZ_FRAMES'] ?? 20_000);

test('damaged answers never crash the reader, and most are noticed although the wire has no checksum', () => {
  const { byKind, longest } = fuzzDaco(frames, 1);
  if (process.env['EWALD_FUZZ_PRINT']) process.stdout.write(`${JSON.stringify({ frames, byKind, longest })}\n`);
  expect(longest).toBeLessThan(4097);
  for (const { damaged, noticed, unchanged, passed } of Object.values(byKind)) {
    expect(noticed + unchanged + passed).toBe(damaged);
    expect(noticed / (damaged - unchanged)).toBeGreaterThan(0.7);
  }
});
