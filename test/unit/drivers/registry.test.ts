import { expect, test } from '@jest/globals';
import { drivers } from '../../../drivers/registry.ts';
import { manualRuntime } from '../../support/manual-runtime.ts';
import { MemoryBroker } from '../../support/memory-message-bus.ts';

const deps = { secret: () => undefined, readText: () => '', bus: new MemoryBroker().client() };
const mqtt = drivers.find(({ id }) => id === 'mqtt')!;
const options = { url: 'mqtt://localhost:1883', topicRoot: 'ewald/v1/lab/xrd1' };

test('every driver has an id of its own and a title', () => {
  expect(new Set(drivers.map(({ id }) => id)).size).toBe(drivers.length);
  expect(drivers.every(({ title }) => title.length > 0)).toBe(true);
});

test('the MQTT driver is made from its options, the rest by default', async () => {
  const driver = mqtt.make(options, manualRuntime(), deps);
  await expect(driver.identity()).rejects.toMatchObject({ code: 'link' });
});

test.each([
  [{ ...options, topicRoot: 'lab/#' }, 'driver.topicRoot'],
  [{ ...options, topicRot: 'x' }, 'driver'],
  [{ url: options.url }, 'driver.topicRoot'],
  [{ ...options, leaseTtlMs: -1 }, 'driver.leaseTtlMs'],
  [{ ...options, clientId: 'a/b' }, 'driver.clientId'],
])('wrong options %j are named', (wrong, subject) => {
  expect(() => mqtt.make(wrong, manualRuntime(), deps)).toThrow(expect.objectContaining({ code: 'badInput', subject }));
});

test('a password that is not in the environment is named', () => {
  const { bus: _, ...withoutBus } = deps;
  const make = () => mqtt.make({ ...options, passwordEnv: 'EWALD_MQTT_PASSWORD' }, manualRuntime(), withoutBus);
  expect(make).toThrow('the environment variable EWALD_MQTT_PASSWORD with the password of the broker is not set');
});

const timeless = drivers.filter(({ id }) => id !== 'mqtt').map((driver) => [driver.id, driver] as const);

test.each(timeless)(
  '%s takes the speed of a simulator that is started for it, and says why it cannot have one at speed max',
  (_, driver) => {
    const [option = ''] = Object.entries(driver.addressOptions).find(([, field]) => field === 'clockSpeed') ?? [];
    const path = option.split('.');
    const wrong = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), null);
    const issue = driver.optionsSchema.safeParse(wrong).error?.issues.find((one) => one.path.join('.') === option);
    expect(issue?.message).toMatch(/does not tell the instrument's time, so a simulator behind it cannot run at speed max/);
  },
);
