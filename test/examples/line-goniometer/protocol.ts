import { EwaldError } from '../../../src/domain/errors.ts';
import { type ScanCommand, scanIdOf } from '../../../src/domain/scan.ts';

/**
 * The wire of an instrument made up for docs/how-to-add-a-driver.md. One line of text in and one out, on a TCP connection of their own:
 *
 *   id                                              id <model> <start>
 *   state                                           state <time> <beam on|off> <door open|closed> <stop in|out> <tube on|off>
 *   scan <name> <from> <step> <points> <seconds>    ok, and where the name is known already nothing is measured; or no <why>
 *   look <name>                                     none, or scan <running|whole|cut> <points> <from> <step> <seconds> <began> <ended>
 *   read <name> <first> <points>                    counts <n> <n> ...
 *   stop                                            ok
 */
export interface LineScan {
  readonly stage: 'running' | 'whole' | 'cut';
  /** Counted so far. */
  readonly points: number;
  readonly fromDeg: number;
  readonly stepDeg: number;
  readonly dwellS: number;
  readonly beganS: number;
  readonly endedS: number;
}

export function scanWord(command: ScanCommand): string {
  const { range, stepDeg, pointCount, dwellS } = command;
  return `scan ${scanIdOf(command)} ${range.fromDeg.toFixed(4)} ${stepDeg.toFixed(4)} ${pointCount} ${dwellS.toFixed(3)}`;
}

export function readId(reply: string) {
  const [software = '', bootId = ''] = take(/^id (\S+) (\S+)\n$/, reply);
  return { software, bootId };
}

export function readState(reply: string) {
  const [time, beam, door, stop, tube] = take(/^state (\d+\.\d+) (on|off) (open|closed) (in|out) (on|off)\n$/, reply);
  return { timeS: Number(time), beamOn: beam === 'on', doorOpen: door === 'open', stopPressed: stop === 'in', tubeOn: tube === 'on' };
}

/** Null where the instrument does not know the scan. */
export function readScan(reply: string): LineScan | null {
  if (reply === 'none\n') return null;
  const [stage, ...numbers] = take(/^scan (running|whole|cut) (\d+) (\d+\.\d+) (\d+\.\d+) (\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\n$/, reply);
  const [points = 0, fromDeg = 0, stepDeg = 0, dwellS = 0, beganS = 0, endedS = 0] = numbers.map(Number);
  return { stage: stage as LineScan['stage'], points, fromDeg, stepDeg, dwellS, beganS, endedS };
}

export function readCounts(reply: string, points: number): Float64Array {
  const [numbers = ''] = take(/^counts((?: \d+)+)\n$/, reply);
  const counts = Float64Array.from(numbers.trim().split(' '), Number);
  if (counts.length !== points) throw garbled(reply);
  return counts;
}

function take(shape: RegExp, reply: string): string[] {
  const parts = shape.exec(reply);
  if (!parts) throw garbled(reply);
  return parts.slice(1);
}

function garbled(reply: string): EwaldError {
  const message = `the answer ${JSON.stringify(reply.slice(0, 60))} is none that was expected`;
  return new EwaldError('garbled', 'line-goniometer', message, 'it is asked again; if that goes on, look at the cable');
}
