import { errorIn, type MythenCommand, readOut } from '../../../drivers/huber-mythen/mythen-words.ts';
import { askAngle, askError, askState, type SmcQuestion } from '../../../drivers/huber-mythen/smc-words.ts';
import { lineConversation } from '../../../simulators/endpoints/huber-mythen/conversations.ts';
import { answerDetector } from '../../../simulators/endpoints/huber-mythen/detector-commands.ts';
import { defaultSettings } from '../../../simulators/endpoints/huber-mythen/detector-settings.ts';
import { FrameQueue } from '../../../simulators/endpoints/huber-mythen/frame-queue.ts';
import { ReadoutFailures } from '../../../simulators/endpoints/huber-mythen/readout-failures.ts';
import { AXES, SmcAxes } from '../../../simulators/endpoints/huber-mythen/smc-axes.ts';
import { answerSmc } from '../../../simulators/endpoints/huber-mythen/smc-commands.ts';
import type { StripDetector } from '../../../simulators/endpoints/huber-mythen/strip-detector.ts';
import { Goniometer } from '../../../simulators/goniometer.ts';
import { noJournal } from '../../../simulators/journal.ts';
import type { RandomSource } from '../../ports/runtime.ts';
import { idleDevice, standingClock } from './fuzz-far-ends.ts';
import { type Frame, inPieces, type WireFrames } from './fuzz-frame.ts';

const STRIPS = 64;

/** The two wires of the open instrument: no checksum; the driver knows the length of each reply of the detector. */
export const huberMythenFrames: WireFrames = {
  wire: 'huber-mythen',
  kinds: [
    { reader: 'driver', name: 'state', isValue: false, make: (random) => answered(`1:${random.integer(2 ** 17)};`, askState(1)) },
    { reader: 'driver', name: 'angle', isValue: true, make: (random) => answered(`1:${angle(random)};`, askAngle(1, 'motor')) },
    { reader: 'driver', name: 'error', isValue: false, make: (random) => answered(`1:${random.integer(2000)} limit`, askError(1)) },
    { reader: 'driver', name: 'frame', isValue: true, make: (random) => frame(random) },
    { reader: 'simulator', name: 'goniometer line', isValue: false, make: (random) => line(random) },
    { reader: 'simulator', name: 'detector command', isValue: false, make: (random) => command(random) },
  ],
};

function angle(random: RandomSource): string {
  return (140 * random.uniform()).toFixed(4);
}

function answered<T>(text: string, question: SmcQuestion<T>): Frame {
  const read = (heard: Uint8Array): string | null => {
    const said = question.read(Buffer.from(heard).toString('latin1').trim());
    return said === null ? null : JSON.stringify(said);
  };
  return { bytes: Buffer.from(text, 'latin1'), read };
}

function frame(random: RandomSource): Frame {
  const sent = Buffer.alloc(4 * STRIPS);
  for (let strip = 0; strip < STRIPS; strip++) sent.writeInt32LE(random.integer(5000), 4 * strip);
  const asked = readOut(STRIPS);
  return { bytes: sent, read: (heard) => replyTo(asked, heard), isFormBroken: (heard) => heard.length !== asked.replyBytes };
}

function replyTo(asked: MythenCommand<Int32Array>, heard: Uint8Array): string | null {
  const view = new DataView(new Uint8Array(heard).buffer);
  if (errorIn(view) !== null || view.byteLength !== asked.replyBytes) return null;
  return asked.read(view)?.join() ?? null;
}

function line(random: RandomSource): Frame {
  const texts = [
    `goto1:${angle(random)}`,
    '?s1',
    '?p1',
    '?e2',
    '?err1',
    'quit',
    'q1',
    'ffast1:50000',
    'step1+',
    'home1:he;hm',
    '?conf',
    '?status1',
  ];
  return {
    bytes: Buffer.from(`${texts[random.integer(texts.length)]}\r\n`, 'latin1'),
    read: (heard) => {
      const clock = standingClock();
      const axes = new SmcAxes(new Goniometer(AXES, true, clock, noJournal), idleDevice(clock));
      const said: string[] = [];
      const gate = { admits: () => true, answer: async () => {} };
      const hear = (text: string): string[] | null => {
        const lines = answerSmc(axes, text);
        said.push(`${text}=${lines?.join('|') ?? ''}`);
        return lines;
      };
      const conversation = lineConversation(gate as never, 'smc', hear, () => {});
      for (const piece of inPieces(heard, random)) conversation.heard(piece);
      return said.length === 1 && axes.numbers().every((axis) => axes.error(axis) === 'none') ? said[0]! : null;
    },
  };
}

function command(random: RandomSource): Frame {
  const ticks = 1 + random.integer(1e9);
  const texts = [
    '-readout',
    '-start',
    '-stop',
    `-time ${ticks}`,
    '-frames 1',
    '-nbits 24',
    '-get status',
    '-get badchannels',
    '-kthresh 6.400',
  ];
  return {
    bytes: Buffer.from(texts[random.integer(texts.length)]!, 'latin1'),
    read: async (heard) => {
      const text = Buffer.from(heard).toString('latin1').replace(/\0/g, '').trim();
      const replies: string[] = [];
      const gone = new AbortController();
      for await (const reply of answerDetector(detector(gone.signal), new ReadoutFailures(), text, gone.signal)) {
        const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
        if (errorIn(view) !== null) return null;
        replies.push(String(reply.length));
        // A readout of thousands of frames is as legal as one of a single frame.
        if (replies.length === 3) break;
      }
      return `${text}=${replies.join()}`;
    },
  };
}

/** A detector with nothing to read. */
function detector(signal: AbortSignal): StripDetector {
  const never = async (): Promise<void> => {};
  const made = {
    settings: defaultSettings(1),
    frames: new FrameQueue(signal),
    parts: { modules: 1, sensor: { badChannels: new Uint8Array(STRIPS), flatField: new Int32Array(STRIPS).fill(1000) } },
    channels: () => STRIPS,
    status: () => 0,
    demandIdle: () => {},
    start: () => {},
    stop: never,
    reset: never,
    trim: never,
    activate: () => {},
  };
  return made as unknown as StripDetector;
}
