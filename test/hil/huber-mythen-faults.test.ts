import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { asEwaldError } from '../../src/domain/errors.ts';
import { type FaultScene, faultScene } from '../support/fault-scene.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

/** The driver behind its guard against the simulated goniometer and detector, with one fault each. */
const folders = temporaryFolders('ewald-huber-');
const POINTS = 901;
const open: FaultScene[] = [];

afterEach(async () => {
  for (const scene of open.splice(0)) await scene.close();
  folders.clear();
});

async function scene(faults: string, hear?: (note: Readonly<Record<string, unknown>>) => void): Promise<FaultScene> {
  const made = await faultScene('huber-mythen', faults, folders.make(), {}, hear);
  open.push(made);
  return made;
}

interface Point {
  readonly counts: number;
  readonly liveS: number;
}

async function measure({ instrument, command }: FaultScene): Promise<{ outcome: string; message: string; points: Map<number, Point> }> {
  const points = new Map<number, Point>();
  const { outcome, message } = await new Promise<{ outcome: string; message: string }>((resolve) => {
    instrument.scan(command).subscribe({
      next: (chunk) => {
        for (const [i, deg] of chunk.twoThetaDeg.entries()) {
          const index = Math.round((deg - command.range.fromDeg) / command.stepDeg);
          expect(points.has(index)).toBe(false);
          points.set(index, { counts: chunk.counts[i]!, liveS: chunk.liveS[i]! });
        }
      },
      error: (error) => resolve({ outcome: asEwaldError(error).code, message: asEwaldError(error).message }),
      complete: () => resolve({ outcome: 'whole', message: '' }),
    });
  });
  return { outcome, message, points };
}

/** Mean squared difference of two scans in units of their counting statistics: 1 where they are of the same rates. */
function distance(one: ReadonlyMap<number, Point>, other: ReadonlyMap<number, Point>): number {
  let sum = 0;
  for (const [index, { counts, liveS }] of one) {
    const b = other.get(index)!;
    sum += (counts / liveS - b.counts / b.liveS) ** 2 / ((counts + 1) / liveS ** 2 + (b.counts + 1) / b.liveS ** 2);
  }
  return sum / one.size;
}

let reference: Map<number, Point>;

beforeAll(async () => {
  const calm = await scene('');
  const { outcome, points } = await measure(calm);
  expect(outcome).toBe('whole');
  expect(points.size).toBe(POINTS);
  reference = points;
  for (const scene of open.splice(0)) await scene.close();
});

const at = (fault: string, options: Record<string, unknown> = {}, atS = 0) =>
  `- { fault: ${fault}, atS: ${atS}, options: ${JSON.stringify(options)} }\n`;

const whole = /^whole$/;
const ANY = /^/;
const cases: [name: string, schedule: string, outcome: RegExp, message: RegExp][] = [
  ['a readout fails with a number', at('readout-failed', { how: 'number' }), whole, ANY],
  ['a readout fails with a frame of -1', at('readout-failed', { how: 'frame' }), whole, ANY],
  ['ready two seconds too early', at('early-ready', { byS: 2 }), whole, ANY],
  ['a goto that never arrives', at('lost-command', { to: 'goto' }), whole, ANY],
  ['a start that never arrives', at('lost-command', { to: '-start' }), whole, ANY],
  ['a hot strip', at('hot-strip'), whole, ANY],
  ['sixteen dead strips', at('dead-strips'), whole, ANY],
  ['a beam that floods the strips', at('saturation'), /^deviceFault$/, /saturated/],
  ['an encoder that stands still', at('encoder-freeze'), /^deviceFault$/, ANY],
  ['an axis without its home', at('lost-initialisation'), /^deviceFault$/, /not homed/],
  ['a lost frame', at('lost-reply', { to: '-readout' }), whole, ANY],
  ['a lost answer to a start', at('lost-reply', { to: '-start' }), whole, ANY],
  ['lost answers to questions', at('lost-reply', { to: '?s1', replies: 2 }), whole, ANY],
  ['a late frame', at('late-reply', { to: '-readout', byWallS: 1 }), whole, ANY],
  ['a late status', at('late-reply', { to: '-get status', byWallS: 0.5 }), whole, ANY],
  ['a frame that comes twice', at('repeated-reply', { to: '-readout' }), whole, ANY],
  ['a status that comes twice', at('repeated-reply', { to: '-get status', replies: 2 }), whole, ANY],
  ['a state word that comes twice', at('repeated-reply', { to: '?s1', replies: 3 }), whole, ANY],
  ['a status that changes places with another reply', at('reordered-reply', { to: '-get status' }), whole, ANY],
  ['a position that changes places with another reply', at('reordered-reply', { to: '?p1' }), whole, ANY],
  ['a frame that changes places with another reply', at('reordered-reply', { to: '-readout' }), whole, ANY],
  ['half a frame', at('half-reply', { to: '-readout' }), whole, ANY],
  ['half a frame, and the rest late', at('half-reply', { to: '-readout', restAfterWallS: 0.4 }), whole, ANY],
  ['a frame with turned bits', at('garbled-reply', { to: '-readout' }), whole, ANY],
  ['a position with turned bits', at('garbled-reply', { to: '?p1', replies: 2 }), whole, ANY],
  ['the answer to another question for a frame', at('foreign-reply', { to: '-readout' }), whole, ANY],
  ['the answer to another question for a status', at('foreign-reply', { to: '-get status' }), whole, ANY],
  ['the answer to another question for a position', at('foreign-reply', { to: '?p1' }), whole, ANY],
  ['motions that end beside their target', at('off-target', { byDeg: 0.5 }), /^(whole|deviceFault)$/, ANY],
  ['a limit switch', at('limit-switch'), /^deviceFault$/, ANY],
];

describe('the Huber and Mythen driver with one fault each', () => {
  test.each(cases)('%s', async (_, schedule, outcome, message) => {
    const here = await scene(schedule);
    const result = await measure(here);
    expect(result.outcome).toMatch(outcome);
    expect(result.message).toMatch(message);
    if (result.outcome === 'whole') expect(result.points.size).toBe(POINTS);
    if (result.points.size > 0) expect(distance(result.points, reference)).toBeLessThan(1.3);
    proveFaults(here.simulator);
    await here.instrument.makeSafe('the test is over').catch((error: unknown) => {
      if (result.outcome === 'whole') throw error;
    });
    expect(here.notes.filter((note) => note['unsafe'] === true)).toEqual([]);
  });

  test('a door that opens after some snapshots, of which no wire tells, shows in the counts', async () => {
    let frames = 0;
    const here: FaultScene = await scene('', ({ kind }) => {
      if (kind !== 'frame' || ++frames !== 5) return;
      const { device } = here.simulator;
      device.disturb({ doorsClosed: false, interlockClosed: false }, null, device.clock.nowS());
    });
    const { outcome, message, points } = await measure(here);
    expect([outcome, message]).toEqual(['unsafe', expect.stringMatching(/no beam|beam has changed/)]);
    expect(distance(points, reference)).toBeLessThan(1.3);
    expect(points.size).toBeGreaterThan(0);
    expect(points.size).toBeLessThan(POINTS);
  });
});
