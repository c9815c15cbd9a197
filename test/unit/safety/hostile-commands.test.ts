import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { NEVER, Observable } from 'rxjs';
import type { ScanCommand } from '../../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, SafetyState } from '../../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../../src/safety/guard.ts';
import { manualRuntime } from '../../support/manual-runtime.ts';
import { scanCommand } from '../../support/scan-command.ts';

const COMMANDS = 100_000;

const capabilities: Capabilities = {
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.005, max: 0.1, rasterDeg: 0.001 },
  rasters: 'free',
  dwellS: { min: 0.01, max: 100 },
  minWindowDeg: 0.1,
  cost: { apertureDeg: 2.9, perScanS: 5, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  programs: 'free',
  modes: ['continuous', 'step'],
  delivers: 'stream',
  canFind: true,
  canAbort: true,
  hasShutter: true,
};
const rules = { limits: { fromDeg: 10, toDeg: 90 }, maxDwellS: 10, maxScanS: 3600, collisionZones: [{ fromDeg: 40, toDeg: 41 }] };
const green = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' as const };

const notANumber = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
const above = (least: number) => fc.oneof(fc.double({ min: least, max: 1e300, noNaN: true }), fc.constantFrom(least, Number.MAX_VALUE));
const below = (most: number) => above(-most).map((value) => -value);
const badName = fc.constantFrom('', ' ', 'a/b', '+', '#', '../x', 'a b', 'é', 'x'.repeat(129));

/** Each makes any command illegal, whatever the others do. */
const spoilers: fc.Arbitrary<(command: ScanCommand) => ScanCommand>[] = [
  ...(['stepDeg', 'dwellS', 'pointCount', 'expectedS', 'notAfterS', 'attempt'] as const).map((field) =>
    notANumber.map((value) => (command: ScanCommand) => ({ ...command, [field]: value })),
  ),
  notANumber.map((fromDeg) => (command) => ({ ...command, range: { ...command.range, fromDeg } })),
  notANumber.map((toDeg) => (command) => ({ ...command, range: { ...command.range, toDeg } })),
  below(9.999).map((fromDeg) => (command) => ({ ...command, range: { ...command.range, fromDeg } })),
  above(90.001).map((toDeg) => (command) => ({ ...command, range: { ...command.range, toDeg } })),
  above(0.1001).map((stepDeg) => (command) => ({ ...command, stepDeg })),
  below(0.0049).map((stepDeg) => (command) => ({ ...command, stepDeg })),
  above(10.001).map((dwellS) => (command) => ({ ...command, dwellS })),
  below(0.0099).map((dwellS) => (command) => ({ ...command, dwellS })),
  above(3600.1).map((expectedS) => (command) => ({ ...command, expectedS })),
  below(-1e-6).map((expectedS) => (command) => ({ ...command, expectedS })),
  above(16_002).map((pointCount) => (command) => ({ ...command, pointCount: Math.floor(pointCount) })),
  below(0).map((pointCount) => (command) => ({ ...command, pointCount: Math.ceil(pointCount) })),
  fc.double({ min: 0.01, max: 0.99, noNaN: true }).map((part) => (command) => ({ ...command, pointCount: 5 + part })),
  below(0).map((attempt) => (command) => ({ ...command, attempt: Math.ceil(attempt) })),
  badName.map((requestId) => (command) => ({ ...command, requestId })),
  fc.constant((command) => ({ ...command, how: { kind: 'snapshot' } })),
  fc.string().map((name) => (command) => ({ ...command, how: { kind: 'program', name } })),
  // A scan over the collision zone, whole and well formed.
  fc.integer({ min: 0, max: 1000 }).map((k) => (command) => {
    const fromDeg = (39_000 + k * 2) / 1000;
    return { ...command, range: { fromDeg, toDeg: fromDeg + 2 }, stepDeg: 0.02, pointCount: 101 };
  }),
];
/** Commands spoiled one to three times, always the same. */
function* hostileCommands(count: number): Generator<ScanCommand> {
  const spoils = fc.sample(fc.oneof(...spoilers), { numRuns: 5000, seed: 20261122 });
  const random = xoroshiro128plus(20261122);
  for (let k = 0; k < count; k++) {
    let command = scanCommand();
    for (let times = uniformInt(random, 1, 3); times > 0; times--) command = spoils[uniformInt(random, 0, spoils.length - 1)]!(command);
    yield command;
  }
}

const redState: fc.Arbitrary<Partial<SafetyState>> = fc.oneof(
  fc.constantFrom({ interlockClosed: false }, { doorsClosed: false }, { emergencyStop: true }, { generatorOn: false }),
  fc.constantFrom({ shutter: 'unknown' as const }, { validUntilMs: Number.NaN }, { validUntilMs: Number.NEGATIVE_INFINITY }),
  fc.double({ max: 1000, noNaN: true }).map((validUntilMs) => ({ validUntilMs })),
);

function guardedStub() {
  let reached = 0;
  const raw = {
    open: async () => capabilities,
    identity: async () => ({ clockS: 100 }),
    alerts: () => NEVER,
    find: async () => ({ kind: 'lost' }),
    makeSafe: async () => undefined,
    scan: () => {
      reached += 1;
      return NEVER;
    },
  } as unknown as Diffractometer;
  const make = async (changes: Partial<SafetyState>) => {
    const safety = () => safetyOf({ ...green, validUntilMs: 1e12, ...changes });
    const guard = guardDiffractometer({ ...raw, safety }, rules, manualRuntime());
    await guard.open(new AbortController().signal);
    return guard;
  };
  return { make, reached: () => reached };
}

/** A stream that stays open, as a driver's does. */
function safetyOf(state: SafetyState) {
  return new Observable<SafetyState>((subscriber) => subscriber.next(state));
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test(`none of ${COMMANDS} hostile commands reaches the instrument`, async () => {
  const { make, reached } = guardedStub();
  const guard = await make({});
  let refused = 0;
  for (const command of hostileCommands(COMMANDS)) {
    guard.scan(command).subscribe({
      error: () => {
        refused += 1;
      },
    });
    if (reached() > 0) throw new Error(`this one came through: ${JSON.stringify(command)}`);
  }
  await turn();
  expect(reached()).toBe(0);
  expect(refused).toBe(COMMANDS);
  // The same guard lets the legal command pass: the refusals above were not for another reason.
  guard.scan(scanCommand()).subscribe();
  await turn();
  expect(reached()).toBe(1);
});

test('no legal command reaches the instrument while safety data are red, stale or invalid', async () => {
  const { make, reached } = guardedStub();
  for (const changes of fc.sample(redState, { numRuns: 2000, seed: 7 })) {
    const guard = await make(changes);
    guard.scan(scanCommand()).subscribe({ error: () => undefined });
  }
  await turn();
  expect(reached()).toBe(0);
});
