import { beforeEach, describe, expect, test } from '@jest/globals';
import { Goniometer } from '../../../simulators/goniometer.ts';
import { InstrumentClock } from '../../../simulators/instrument-clock.ts';
import { noJournal } from '../../../simulators/journal.ts';
import { ManualClock } from './manual-clock.ts';

const AXIS = { axis: 1, limits: { fromDeg: -5, toDeg: 150 }, speedDegPerS: 5, markDeg: 0 };

describe('an axis', () => {
  let wall: ManualClock;
  let goniometer: Goniometer;

  beforeEach(() => {
    wall = new ManualClock();
    goniometer = new Goniometer([AXIS], true, new InstrumentClock(wall, 1), noJournal);
  });

  const pass = (seconds: number): Promise<void> => wall.advance(seconds * 1000);

  test('travels at its speed, settles, and is ready then', async () => {
    goniometer.go(1, 20);
    await pass(2);
    expect(goniometer.shownDeg(1)).toBeCloseTo(10, 9);
    await pass(2.1);
    expect(goniometer.shownDeg(1)).toBe(20);
    expect(goniometer.isReady(1)).toBe(false);
    await pass(0.3);
    expect(goniometer.isReady(1)).toBe(true);
  });

  test('stays where it is halted', async () => {
    goniometer.go(1, 20);
    await pass(1);
    goniometer.halt(1);
    await pass(10);
    expect(goniometer.shownDeg(1)).toBeCloseTo(5, 9);
    expect(goniometer.isReady(1)).toBe(true);
  });

  test('whose zero is set shows another angle than it has, until the reference run', async () => {
    goniometer.setPosition(1, 1);
    goniometer.go(1, 11);
    await pass(5);
    expect([goniometer.shownDeg(1), goniometer.trueDeg(1)]).toEqual([11, 10]);
    goniometer.reference(1);
    expect(goniometer.isInitialised(1)).toBe(false);
    await pass(8);
    expect([goniometer.shownDeg(1), goniometer.isReady(1)]).toEqual([0, true]);
  });

  test('that is halted in its reference run is lost', async () => {
    goniometer.reference(1);
    await pass(1);
    goniometer.halt(null);
    expect(goniometer.isInitialised(1)).toBe(false);
  });

  test('at a switch can only leave it', async () => {
    goniometer.go(1, 20);
    await pass(2);
    goniometer.hitLimit(1, 'positive');
    await pass(5);
    expect(goniometer.trueDeg(1)).toBeCloseTo(10, 9);
    expect(goniometer.atLimit(1)).toBe('positive');
    goniometer.go(1, 5);
    expect(goniometer.atLimit(1)).toBeNull();
  });

  test('with a frozen encoder moves all the same', async () => {
    goniometer.freeze(1, true);
    goniometer.go(1, 20);
    await pass(5);
    expect([goniometer.shownDeg(1), goniometer.trueDeg(1)]).toEqual([0, 20]);
    goniometer.freeze(1, false);
    expect(goniometer.shownDeg(1)).toBe(20);
  });

  test('that misses or is called ready too early does so once', async () => {
    let taken = 0;
    goniometer.troubles.missNext(0.5, () => taken++);
    goniometer.troubles.readyEarlyNext(2, () => taken++);
    goniometer.go(1, 20);
    await pass(2.5);
    expect(goniometer.isReady(1)).toBe(true);
    expect(goniometer.shownDeg(1)).toBeLessThan(15);
    await pass(3);
    expect(goniometer.shownDeg(1)).toBe(20.5);
    goniometer.go(1, 10);
    await pass(3);
    expect([goniometer.shownDeg(1), taken]).toEqual([10, 2]);
  });
});

test('where all waiting is skipped, so is that of a motion', async () => {
  const wall = new ManualClock();
  const goniometer = new Goniometer([AXIS], true, new InstrumentClock(wall, 'max'), noJournal);
  goniometer.go(1, 100);
  await wall.advance(1);
  expect(goniometer.isReady(1)).toBe(true);
  expect(goniometer.shownDeg(1)).toBe(100);
});
