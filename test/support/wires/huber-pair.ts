import { expect } from '@jest/globals';
import type { SimulatorOptionsInput } from '../../../simulators/options.ts';
import { patientClock } from '../patient-clock.ts';
import { SocketClient } from './socket-client.ts';
import { type StartedSimulator, startedSimulators } from './started-simulators.ts';

const clock = patientClock();

export interface HuberPair extends StartedSimulator {
  readonly smc: SocketClient;
  readonly dcs: SocketClient;
}

/** Simulated goniometers and detectors of one test file, each with a bare client that was greeted. */
export function startedHuberPairs() {
  const simulators = startedSimulators();
  const connect = async (port: unknown): Promise<SocketClient> => {
    const client = await SocketClient.open(Number(port));
    simulators.also(() => client.close());
    return client;
  };
  return {
    ...simulators,
    connect,
    start: async (options: SimulatorOptionsInput = {}, faultSchedule = ''): Promise<HuberPair> => {
      const started = await simulators.start({ as: 'huber-mythen', speed: 'max', ...options }, faultSchedule);
      const { port, detectorPort } = started.simulator.address();
      const [smc, dcs] = [await connect(port), await connect(detectorPort)];
      expect(await smc.takeUntil('\r\n')).toBe('smc 1.2.1093\r\n');
      return { ...started, smc, dcs };
    },
  };
}

export async function ask(smc: SocketClient, line: string): Promise<string> {
  smc.send(`${line}\r\n`);
  return smc.takeUntil('\r\n');
}

export async function goTo(smc: SocketClient, deg: number): Promise<void> {
  smc.send(`goto1:${deg}\r\n`);
  for (let tries = 0; (await ask(smc, '?e1')) !== `1:${deg};\r\n`; tries++) {
    if (tries > 400) throw new Error(`the arm never came to ${deg}`);
    await clock.sleep(5);
  }
}

export async function number(dcs: SocketClient, command: string): Promise<number> {
  dcs.send(command);
  return (await dcs.take(4)).readInt32LE(0);
}

export async function words(dcs: SocketClient, command: string, count = 1280): Promise<number[]> {
  dcs.send(command);
  const bytes = await dcs.take(4 * count);
  return Array.from({ length: count }, (_, i) => bytes.readInt32LE(4 * i));
}

/** A frame of 10 s without corrections where MgO has a strong line, 0.09 degrees beside the middle. */
export async function frame({ smc, dcs }: HuberPair): Promise<number[]> {
  await goTo(smc, 43);
  expect(await number(dcs, '-time 100000000')).toBe(0);
  expect(await number(dcs, '-flatfieldcorrection 0')).toBe(0);
  expect(await number(dcs, '-start')).toBe(0);
  return words(dcs, '-readout');
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const hex = (bytes: Buffer): string => bytes.toString('hex');
