import { readCounts } from '../../../drivers/daco-mp/counted.ts';
import { FrameReader } from '../../../drivers/daco-mp/frames.ts';
import { readReply } from '../../../drivers/daco-mp/replies.ts';
import { readStatus } from '../../../drivers/daco-mp/status-fields.ts';
import { Controller } from '../../../simulators/controller.ts';
import { answerD8 } from '../../../simulators/endpoints/daco-mp/d8.ts';
import { answerD5000 } from '../../../simulators/endpoints/daco-mp/d5000.ts';
import { DacoMachine } from '../../../simulators/endpoints/daco-mp/machine.ts';
import { WordError } from '../../../simulators/endpoints/daco-mp/word-error.ts';
import { WordReader } from '../../../simulators/endpoints/daco-mp/word-reader.ts';
import { Goniometer } from '../../../simulators/goniometer.ts';
import { noJournal } from '../../../simulators/journal.ts';
import type { RandomSource } from '../../ports/runtime.ts';
import { idleDevice, standingClock } from './fuzz-far-ends.ts';
import { type Frame, inPieces, type WireFrames } from './fuzz-frame.ts';

const LIMITS = { values: 'counts', maxRateCps: 2e6 } as const;
const VALUES = 8;
const SOH = 0x01;
const CR = 0x0d;
const DOT = 0x2e;

/** The serial wire of the D5000 and the D8: no checksum; the driver knows how many values it asked for. */
export const dacoFrames: WireFrames = {
  wire: 'daco-mp',
  kinds: [
    { reader: 'driver', name: 'status', isValue: false, make: (random) => answered('ST', statusText(random), random) },
    { reader: 'driver', name: 'values', isValue: true, make: (random) => answered('MV', valuesText(random), random) },
    { reader: 'simulator', name: 'd5000 word', isValue: false, make: (random) => worded('d5000', random) },
    { reader: 'simulator', name: 'd8 word', isValue: false, make: (random) => worded('d8', random) },
  ],
};

function answered(letters: 'ST' | 'MV', text: string, random: RandomSource): Frame {
  const bytes = Buffer.from(`\u0001${letters}${text}\r`, 'latin1');
  const read = (heard: Uint8Array): string | null => {
    const reader = new FrameReader('soh-enq');
    const frames = [...inPieces(heard, random)].flatMap((piece) => reader.push(piece));
    // Two answers to one question are strays to the driver.
    return frames.length === 1 && frames[0] ? meaningOf(letters, frames[0]) : null;
  };
  return letters === 'ST' ? { bytes, read } : { bytes, read, isFormBroken: hasOtherCount };
}

function meaningOf(letters: 'ST' | 'MV', frame: string): string | null {
  const reply = readReply(frame);
  if (reply?.kind !== 'data' || reply.letters !== letters) return null;
  const said = letters === 'ST' ? readStatus(reply.text) : readCounts(reply.text, VALUES, 1, LIMITS);
  return said && JSON.stringify(said);
}

/** Each value has one point, so that a frame with more or fewer points has not the number of values that was asked for. */
function hasOtherCount(heard: Uint8Array): boolean {
  const from = heard.lastIndexOf(SOH);
  const end = heard.indexOf(CR, from);
  return heard.subarray(from, end < 0 ? heard.length : end).filter((byte) => byte === DOT).length !== VALUES;
}

function statusText(random: RandomSource): string {
  const deg = (5 + 130 * random.uniform()).toFixed(3);
  const words = [24579, 0, 0, 0, 2, 4, random.integer(5000), random.integer(20)];
  return [deg, deg, '0.000', '0.000', '', '', '', '', '', '0', '', '250.000', '1.000', '0', '', '', '', ...words, '', '', ''].join(',');
}

function valuesText(random: RandomSource): string {
  return Array.from({ length: VALUES }, () => `${random.integer(20_000)}.0000`).join(',');
}

function worded(dialect: 'd5000' | 'd8', random: RandomSource): Frame {
  const angle = (140 * random.uniform()).toFixed(3);
  const goTo = dialect === 'd8' ? `GO1,${angle},5` : `GO${angle},1`;
  const words = [
    'ST',
    'ST25',
    'MV8',
    'RC1',
    'TW1',
    'TW0',
    'HT1',
    goTo,
    `SS${random.integer(5000)},1.000,0.0200,10,0`,
    ...(dialect === 'd8' ? ['AV1', 'FR1,U'] : ['ZI10.000,1', 'IN1']),
  ];
  const word = words[random.integer(words.length)]!;
  const bytes = Buffer.from(dialect === 'd8' ? `${word}\r` : `\u0001${word}\r\u0005`, 'latin1');
  return {
    bytes,
    read: (heard) => {
      const machine = idleMachine();
      const answers: string[] = [];
      const reader = new WordReader(dialect, {
        word: (text) => {
          answers.push(`${text}=${obey(machine, dialect, text)}`);
        },
        enquiry: () => {},
      });
      for (const piece of inPieces(heard, random)) reader.push(piece);
      return answers.length === 1 && !answers[0]!.includes('=?') ? answers[0]! : null;
    },
  };
}

function obey(machine: DacoMachine, dialect: 'd5000' | 'd8', word: string): string {
  try {
    return dialect === 'd8' ? answerD8(machine, word) : answerD5000(machine, word);
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    return `?${error.code}`;
  }
}

/** The controller of an instrument that stands still and scans for ever. */
function idleMachine(): DacoMachine {
  const clock = standingClock();
  const axes = [1, 2, 3, 4].map((axis) => ({ axis, limits: { fromDeg: -90, toDeg: 150 }, speedDegPerS: 5, markDeg: 0 }));
  const controller = new Controller();
  controller.isRemote = true;
  const machine = new DacoMachine({
    device: idleDevice(clock),
    goniometer: new Goniometer(axes, true, clock, noJournal),
    controller,
    scans: { begin: () => {} } as never,
    specimen: { rasters: 'free' } as never,
    journal: noJournal,
    minDwellS: 0,
  });
  machine.stored.push(...Array.from({ length: 100 }, (_, i) => i));
  return machine;
}
