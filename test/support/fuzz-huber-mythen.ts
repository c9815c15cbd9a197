import { errorIn, type MythenCommand, readOut } from '../../drivers/huber-mythen/mythen-words.ts';
import { askAngle, askError, askState, type SmcQuestion } from '../../drivers/huber-mythen/smc-words.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { RandomSource } from '../../src/ports/runtime.ts';

export interface Tally {
  readonly damaged: number;
  /** Refused, or read as an error. */
  readonly noticed: number;
  readonly unchanged: number;
  /** Read as something that was never sent. */
  readonly passed: number;
}

const STRIPS = 64;

/** Damages answers of both devices and reads them as the driver does. Throws where a reader does. */
export function fuzzHuberMythen(frames: number, seed: number): Readonly<Record<'state' | 'angle' | 'error' | 'frame', Tally>> {
  const random = seededRandom(seed);
  const tallies = { state: tally(), angle: tally(), error: tally(), frame: tally() };
  for (let n = 0; n < frames; n++) {
    one(tallies.state, `1:${random.integer(2 ** 17)};`, askState(1), random);
    one(tallies.angle, `1:${(160 * random.uniform()).toFixed(4)};`, askAngle(1, 'motor'), random);
    one(tallies.error, `1:${random.integer(2000)} limit switch error`, askError(1), random);
    if (n % 10 === 0) frame(tallies.frame, random);
  }
  return tallies;
}

function tally() {
  return { damaged: 0, noticed: 0, unchanged: 0, passed: 0 };
}

function one<T>(into: ReturnType<typeof tally>, line: string, question: SmcQuestion<T>, random: RandomSource): void {
  const spoiled = damage(Buffer.from(line, 'latin1'), random).toString('latin1').trim();
  count(into, JSON.stringify(question.read(line)), JSON.stringify(question.read(spoiled)));
}

function frame(into: ReturnType<typeof tally>, random: RandomSource): void {
  const sent = Buffer.alloc(4 * STRIPS);
  for (let strip = 0; strip < STRIPS; strip++) sent.writeInt32LE(random.integer(5000), 4 * strip);
  const command = readOut(STRIPS);
  count(into, readReply(command, sent), readReply(command, damage(sent, random)));
}

function readReply(command: MythenCommand<Int32Array>, reply: Buffer): string {
  const bytes = Uint8Array.from(reply);
  const view = new DataView(bytes.buffer);
  if (errorIn(view) !== null || bytes.length !== command.replyBytes) return 'null';
  const counts = command.read(view);
  return counts ? counts.join() : 'null';
}

function count(into: ReturnType<typeof tally>, meant: string, read: string): void {
  into.damaged++;
  if (read === 'null') into.noticed++;
  else if (read === meant) into.unchanged++;
  else into.passed++;
}

/** One to three bytes flipped, lost, doubled or made up, or the end cut off. */
function damage(sent: Buffer, random: RandomSource): Buffer {
  const bytes = [...sent];
  for (let times = 1 + random.integer(3); times > 0 && bytes.length > 0; times--) {
    const at = random.integer(bytes.length);
    const how = random.integer(5);
    if (how === 0) bytes[at] = bytes[at]! ^ (1 << random.integer(8));
    else if (how === 1) bytes.splice(at, 1);
    else if (how === 2) bytes.splice(at, 0, bytes[at]!);
    else if (how === 3) bytes.splice(at, 0, random.integer(256));
    else bytes.splice(at);
  }
  return Buffer.from(bytes);
}
