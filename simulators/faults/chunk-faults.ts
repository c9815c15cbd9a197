import { z } from 'zod';
import type { Tamper } from '../mqtt-endpoint.ts';
import { type Fault, type FaultReach, forTimes } from './fault.ts';

const countSchema = z.strictObject({ chunks: z.int().positive().default(1) });
type Options = z.infer<typeof countSchema>;

/** A fault that treats the next `chunks` chunk frames with `treat`. `release` gives what is still held back when the simulator closes. */
function chunkFault(id: string, title: string, effect: string, treat: () => Tamper): Fault<Options> {
  return {
    id,
    title,
    optionsSchema: countSchema,
    needs: 'messages',
    apply(reach: FaultReach, { chunks }, _atS, took) {
      const tamper = treat();
      forTimes(chunks, (spend) =>
        reach.messages?.addTamper((frame) => {
          const frames = tamper(frame);
          if (isTouched(frames, frame)) {
            took(effect);
            spend();
          }
          return frames;
        }),
      );
    },
  };
}

function isTouched(frames: readonly string[], frame: string): boolean {
  return frames.length !== 1 || frames[0] !== frame;
}

export const lostChunk = chunkFault('lost-chunk', 'chunks get lost on the wire', 'a chunk was lost', () => () => []);

export const repeatedChunk = chunkFault('repeated-chunk', 'chunks arrive twice', 'a chunk was sent twice', () => (frame) => [frame, frame]);

/** Cuts frames in half, which leaves broken JSON. */
export const garbledChunk = chunkFault('garbled-chunk', 'chunks arrive cut in half', 'a chunk was cut in half', () => (frame) => [
  frame.slice(0, Math.floor(frame.length / 2)),
]);

/** Two neighbours change places. */
export const reorderedChunk: Fault<Options> = {
  id: 'reordered-chunk',
  title: 'neighbouring chunks change places',
  optionsSchema: countSchema,
  needs: 'messages',
  apply(reach, { chunks }, _atS, took) {
    let held: string | null = null;
    forTimes(chunks, (spend) =>
      reach.messages?.addTamper((frame) => {
        if (held === null) {
          held = frame;
          return [];
        }
        const swapped = [frame, held];
        held = null;
        took('two chunks changed places');
        spend();
        return swapped;
      }),
    );
  },
};

/** A chunk of another scan comes on the topic of this one, before the true chunk. */
export const foreignChunk = chunkFault(
  'foreign-chunk',
  'data of another run come among those of this one',
  'a chunk of another run was sent',
  () => (frame) => [JSON.stringify({ ...(JSON.parse(frame) as object), requestId: 'another-run' }), frame],
);
