import { describe, expect, test } from '@jest/globals';
import { FrameReader } from '../../../drivers/daco-mp/frames.ts';
import { dacoFrames } from '../../../src/app/bench/fuzz-daco-mp.ts';
import { damageBytes, damageFrame, inPieces, type WireFrames } from '../../../src/app/bench/fuzz-frame.ts';
import { huberMythenFrames } from '../../../src/app/bench/fuzz-huber-mythen.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

/** Of answers with one to three wrong bytes: how many were refused, read as what was sent, and believed though they were never sent. */
async function readDamaged(wire: WireFrames, name: string, answers: number) {
  const random = seededRandom(`${wire.wire} ${name}`);
  const kind = wire.kinds.find((one) => one.name === name)!;
  const tally = { refused: 0, same: 0, passed: 0 };
  for (let n = 0; n < answers; n++) {
    const { bytes, read } = await kind.make(random);
    const meant = await read(bytes);
    const said = await read(damageBytes(bytes, random));
    tally[said === null ? 'refused' : said === meant ? 'same' : 'passed'] += 1;
  }
  return tally;
}

/** The wires have no checksum: what is not noticed are digits that became other digits. */
describe('of the answers that damage has changed most are noticed, of each kind by itself', () => {
  test.each([
    ['daco-mp status', dacoFrames, 'status', 10_000],
    ['daco-mp values', dacoFrames, 'values', 10_000],
  ] as const)('%s', async (_, wire, name, answers) => {
    const { refused, same, passed } = await readDamaged(wire, name, answers);
    expect(refused + same + passed).toBe(answers);
    expect(refused / (refused + passed)).toBeGreaterThan(0.7);
  });

  // Lost, doubled and made-up bytes shift a frame: those are always noticed by its length.
  test('huber-mythen frame', async () => {
    const { refused } = await readDamaged(huberMythenFrames, 'frame', 500);
    expect(refused / 500).toBeGreaterThan(0.7);
  });
});

test('whatever comes, the reader of daco-mp keeps no frame longer than any answer is', () => {
  const random = seededRandom('longest');
  const reader = new FrameReader('soh-enq');
  let longest = 0;
  for (let n = 0; n < 3000; n++) {
    const endless = n % 100 === 0 ? Buffer.from(`\u0001${'1.0000,'.repeat(random.integer(3000))}\r`, 'latin1') : null;
    const { bytes } = damageFrame(endless ?? Buffer.from(`\u0001MV${'5.0000,'.repeat(8)}\r`, 'latin1'), random);
    const frames = [...inPieces(bytes, random)].flatMap((piece) => reader.push(piece));
    longest = Math.max(longest, ...frames.map((frame) => frame?.length ?? 0));
  }
  expect(longest).toBeGreaterThan(1000);
  expect(longest).toBeLessThan(4097);
});
