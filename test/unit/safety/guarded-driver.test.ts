import { afterEach, expect, test } from '@jest/globals';
import type { EwaldError } from '../../../src/domain/errors.ts';
import type { Diffractometer } from '../../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../../src/safety/guard.ts';
import { MqttRig } from '../../support/mqtt-rig.ts';
import { scanCommand } from '../../support/scan-command.ts';

const rules = { limits: { fromDeg: 10, toDeg: 90 }, maxDwellS: 10, maxScanS: 3600, collisionZones: [] };
let rig: MqttRig;
afterEach(() => rig.close());

async function guarded(): Promise<Diffractometer> {
  rig = new MqttRig({ paceMs: 500 });
  await rig.fake.start();
  const guard = guardDiffractometer(rig.driver, rules, rig.runtime);
  await rig.clock.during(guard.open(new AbortController().signal));
  return guard;
}

function watch(guard: Diffractometer, requestId = 'run-1') {
  const seen: { outcome: 'running' | 'whole' | EwaldError } = { outcome: 'running' };
  guard.scan(scanCommand({ requestId })).subscribe({
    error: (error: EwaldError) => {
      seen.outcome = error;
    },
    complete: () => {
      seen.outcome = 'whole';
    },
  });
  return seen;
}

const safeCommands = () => rig.fake.received.filter(({ verb }) => verb === 'safe').length;

test('a scan goes through guard and driver to its end', async () => {
  const seen = watch(await guarded());
  await rig.clock.until(() => seen.outcome !== 'running');
  expect(seen.outcome).toBe('whole');
  expect(safeCommands()).toBe(0);
});

test('a door that opens ends the scan, the safe state is commanded, and nothing starts afterwards', async () => {
  const guard = await guarded();
  const seen = watch(guard);
  await rig.clock.advance(1600);
  expect(rig.fake.shutter).toBe('open');
  rig.fake.set({ doorsClosed: false });
  await rig.clock.advance(50);
  expect(seen.outcome).toMatchObject({ code: 'unsafe' });
  expect(safeCommands()).toBe(1);
  expect(rig.fake.shutter).toBe('closed');
  rig.fake.set({ doorsClosed: true });
  const next = watch(guard, 'run-2');
  await rig.clock.advance(50);
  expect(next.outcome).toMatchObject({ code: 'unsafe' });
  expect(rig.fake.scanOf('run-2')).toBeUndefined();
});

test('safety data that stop coming close the shutter as soon as they are stale', async () => {
  const seen = watch(await guarded());
  await rig.clock.advance(1100);
  rig.fake.beating = false;
  await rig.clock.advance(2800);
  expect(seen.outcome).toBe('running');
  await rig.clock.advance(300);
  expect(seen.outcome).toMatchObject({ code: 'unsafe' });
  expect(rig.fake.shutter).toBe('closed');
});

test('with the link down the guard gives up when the data are stale; the far end closes by its own lease', async () => {
  const seen = watch(await guarded());
  await rig.clock.advance(1100);
  rig.bus.cut();
  await rig.clock.advance(20_000);
  expect(seen.outcome).toMatchObject({ code: 'unsafe', message: expect.stringContaining('not confirmed') });
  expect(rig.fake.shutter).toBe('closed');
});
