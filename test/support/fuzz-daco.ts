import { readCounts } from '../../drivers/daco-mp/counted.ts';
import { FrameReader } from '../../drivers/daco-mp/frames.ts';
import { readReply } from '../../drivers/daco-mp/replies.ts';
import { readStatus } from '../../drivers/daco-mp/status-fields.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { RandomSource } from '../../src/ports/runtime.ts';

export interface DacoFuzzReport {
  readonly frames: number;
  /** Of the damaged answers of each kind: how many were noticed, and how many passed with a content that was never sent. */
  readonly byKind: Readonly<Record<'status' | 'values', { damaged: number; noticed: number; unchanged: number; passed: number }>>;
  /** Longest frame that the reader kept. */
  readonly longest: number;
}

const LIMITS = { values: 'counts', maxRateCps: 2e6 } as const;
const VALUES = 8;

/** Damages answers byte by byte and reads them as the driver does. Throws where a reader does. */
export function fuzzDaco(frames: number, seed: number): DacoFuzzReport {
  const random = seededRandom(seed);
  const reader = new FrameReader('soh-enq');
  const byKind = { status: tally(), values: tally() };
  let longest = 0;
  for (let n = 0; n < frames; n++) {
    const kind = n % 2 === 0 ? 'status' : 'values';
    const text = kind === 'status' ? statusText(random) : valuesText(random);
    const sent = Buffer.from(`\u0001${text}\r`, 'latin1');
    const bytes = damage(sent, random);
    const got = reader.push(bytes);
    for (const frame of got) longest = Math.max(longest, frame?.length ?? 0);
    const meaning = got.length === 1 && got[0] ? meaningOf(kind, got[0]) : null;
    const one = byKind[kind];
    one.damaged++;
    if (meaning === null) one.noticed++;
    else if (meaning === meaningOf(kind, text)) one.unchanged++;
    else one.passed++;
    // As the exchange does before its next question.
    reader.reset();
  }
  return { frames, byKind, longest };
}

function tally() {
  return { damaged: 0, noticed: 0, unchanged: 0, passed: 0 };
}

function meaningOf(kind: 'status' | 'values', frame: string): string | null {
  const reply = readReply(frame);
  if (reply?.kind !== 'data' || reply.letters !== (kind === 'status' ? 'ST' : 'MV')) return null;
  const read = kind === 'status' ? readStatus(reply.text) : readCounts(reply.text, VALUES, 1, LIMITS);
  return read && JSON.stringify(read);
}

function statusText(random: RandomSource): string {
  const deg = (5 + 130 * random.uniform()).toFixed(3);
  const words = [24579, 0, 0, 0, 2, 4, random.integer(5000), random.integer(20)];
  return `ST${[deg, deg, '0.000', '0.000', '', '', '', '', '', '0', '', '250.000', '1.000', '0', '', '', '', ...words, '', '', ''].join(',')}`;
}

function valuesText(random: RandomSource): string {
  return `MV${Array.from({ length: VALUES }, () => `${random.integer(20_000)}.0000`).join(',')}`;
}

/** One to three bytes flipped, lost, doubled or made up, or the end cut off. */
function damage(sent: Uint8Array, random: RandomSource): Uint8Array {
  const bytes = [...sent];
  for (let times = 1 + random.integer(3); times > 0; times--) {
    const at = random.integer(bytes.length);
    const how = random.integer(5);
    if (how === 0) bytes[at] = bytes[at]! ^ (1 << random.integer(8));
    else if (how === 1) bytes.splice(at, 1);
    else if (how === 2) bytes.splice(at, 0, bytes[at]!);
    else if (how === 3) bytes.splice(at, 0, random.integer(256));
    else bytes.splice(at);
    if (bytes.length === 0) break;
  }
  return Uint8Array.from(bytes);
}
