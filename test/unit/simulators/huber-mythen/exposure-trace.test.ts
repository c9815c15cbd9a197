import { expect, test } from '@jest/globals';
import { ExposureTrace } from '../../../../simulators/endpoints/huber-mythen/exposure-trace.ts';

const litS = (trace: ExposureTrace): number => trace.litPieces().reduce((sum, { seconds }) => sum + seconds, 0);

test('counts the time in the beam, and none after the end, however late the beam is seen to change', () => {
  const dimmed = new ExposureTrace(10, 12, true, () => 30);
  dimmed.light(11.5, false);
  dimmed.mark(12);
  expect(litS(dimmed)).toBeCloseTo(1.5);
  const late = new ExposureTrace(10, 12, true, () => 30);
  late.light(12.4, false);
  late.mark(12);
  expect(litS(late)).toBeCloseTo(2);
});
