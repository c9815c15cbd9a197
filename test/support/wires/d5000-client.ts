import { expect } from '@jest/globals';
import type { RunningSimulator } from '../../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../../simulators/options.ts';
import { patientClock } from '../patient-clock.ts';
import { type StartedSimulator, startedSimulators } from './started-simulators.ts';
import { TerminalClient } from './terminal-client.ts';

const clock = patientClock();

/** The fields of a status, counted from 1 as in its description. */
export type StatusField = (field: number) => string;

export interface D5000 extends StartedSimulator {
  readonly client: TerminalClient;
}

/** Simulated D5000s of one test file, each with a bare client on its terminal. */
export function startedD5000s() {
  const simulators = startedSimulators();
  const open = (simulator: RunningSimulator): TerminalClient => {
    const client = new TerminalClient(String(simulator.address()['path']));
    simulators.also(() => client.close());
    return client;
  };
  return {
    ...simulators,
    open,
    start: async (options: SimulatorOptionsInput = {}, faultSchedule = ''): Promise<D5000> => {
      const started = await simulators.start({ as: 'daco-mp', speed: 200, ...options }, faultSchedule);
      return { ...started, client: open(started.simulator) };
    },
  };
}

export async function status(client: TerminalClient): Promise<StatusField> {
  const answer = await client.ask('\x01ST\r\x05');
  expect(answer.slice(0, 3)).toBe('\x01ST');
  const fields = answer.slice(3, -1).split(',');
  return (field) => fields[field - 1]!;
}

export async function waitFor(client: TerminalClient, isTrue: (field: StatusField) => boolean): Promise<StatusField> {
  for (let tries = 0; tries < 400; tries++) {
    const field = await status(client);
    if (isTrue(field)) return field;
    await clock.sleep(5);
  }
  throw new Error('the status never became so');
}

const READY = 0b11;

/** To 20 degrees with the shutter open. */
export async function prepare(client: TerminalClient): Promise<void> {
  for (const word of ['RC1', 'GO20.000,1', 'GO10.000,2', 'TW1']) expect(await client.ask(`\x01${word}\r\x05`)).toBe('\x01\r');
  await waitFor(client, (field) => (Number(field(18)) & READY) === READY);
}
