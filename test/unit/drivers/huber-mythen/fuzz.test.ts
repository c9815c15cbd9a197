import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorIn, readOut } from '../../../../drivers/huber-mythen/mythen-words.ts';
import { askAngle, askError, askState, askVersion } from '../../../../drivers/huber-mythen/smc-words.ts';

test('no line whatever crashes a reader, or gives a number that is none', () => {
  const questions = [askVersion, askState(1), askAngle(1, 'motor'), askError(1)];
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^1:[-+\d.e; ]{0,20}$/)), (line) => {
      for (const question of questions) question.read(line);
      const [state, angle] = [askState(1).read(line), askAngle(1, 'motor').read(line)];
      if (state !== null) expect(Number.isSafeInteger(state) && state >= 0).toBe(true);
      if (angle !== null) expect(Number.isFinite(angle)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('no bytes whatever crash the reader of frames, or give a count that is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const view = new DataView(bytes.slice().buffer);
      expect(errorIn(view)).toBeNull();
      const counts = readOut(4).read(view);
      if (counts) expect(counts.every((count) => count === -2 || (count >= 0 && count < 2 ** 24))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
