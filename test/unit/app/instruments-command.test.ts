import { expect, test } from '@jest/globals';
import { BehaviorSubject, NEVER, type Observable, of } from 'rxjs';
import { drivers } from '../../../drivers/registry.ts';
import { checkInstrument } from '../../../src/app/instrument-check.ts';
import { list } from '../../../src/app/instruments-command.ts';
import type { Capabilities, Diffractometer, InstrumentAlert, InstrumentIdentity, SafetyState } from '../../../src/ports/diffractometer.ts';
import { ManualClock } from '../../support/manual-runtime.ts';

const clock = new ManualClock();
const green: SafetyState = {
  interlockClosed: true,
  doorsClosed: true,
  emergencyStop: false,
  generatorOn: true,
  shutter: 'closed',
  validUntilMs: clock.monotonicMs() + 1000,
};

function instrument(safety: Observable<SafetyState>, alerts: InstrumentAlert[] = []): Diffractometer {
  const forbidden = () => {
    throw new Error('a check must not do this');
  };
  return {
    open: async () => ({ hasShutter: true }) as Capabilities,
    identity: async () => ({ instrumentId: 'x' }) as InstrumentIdentity,
    safety: () => safety,
    alerts: () => of(...alerts),
    scan: forbidden,
    acknowledge: forbidden,
    find: forbidden,
    makeSafe: forbidden,
    close: async () => undefined,
  };
}

const check = (safety: Observable<SafetyState>, alerts?: InstrumentAlert[]) =>
  checkInstrument(instrument(safety, alerts), clock, new AbortController().signal);

test('every driver of the registry is listed with what its instruments have in common', () => {
  const { result, text } = list(drivers);
  const instruments = result['instruments'] as { id: string; title: string; capabilities: unknown }[];
  expect(instruments.map(({ id }) => id)).toEqual(drivers.map(({ id }) => id));
  expect(instruments.find(({ id }) => id === 'daco-mp')?.capabilities).toMatchObject({ wire: 'RS-232', canFind: false });
  for (const { id } of drivers) expect(text).toContain(id);
});

test('a green instrument has no problem, and nothing but questions are asked', async () => {
  expect((await check(new BehaviorSubject(green))).problems).toEqual([]);
});

test.each([
  [{ doorsClosed: false }, /door/],
  [{ generatorOn: false }, /generator/],
  [{ shutter: 'unknown' as const }, /read back/],
  [{ shutter: 'open' as const }, /shutter is open/],
  [{ validUntilMs: 0 }, /stale/],
])('%o is a problem with a remedy', async (change, what) => {
  const { problems } = await check(new BehaviorSubject({ ...green, ...change }));
  expect(problems).toHaveLength(1);
  expect(problems[0]!.what).toMatch(what);
  expect(problems[0]!.remedy).not.toBe('');
});

test('a standing alert is a problem, a cleared one is none', async () => {
  const alert: InstrumentAlert = { kind: 'localControl', message: 'an operator has it', active: true };
  expect((await check(new BehaviorSubject(green), [alert])).problems).toMatchObject([{ what: 'an operator has it' }]);
  expect((await check(new BehaviorSubject(green), [alert, { ...alert, active: false }])).problems).toEqual([]);
});

test('an instrument that never tells its safety data is not ready', async () => {
  const { safety, problems } = await check(NEVER);
  expect(safety).toBeNull();
  expect(problems[0]!.what).toMatch(/no safety data/);
}, 10_000);
