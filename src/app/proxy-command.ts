import { fileURLToPath } from 'node:url';
import type { CommandPlugin } from './command.ts';
import { type PassedProgram, passThrough } from './pass-through.ts';

const MAIN = fileURLToPath(new URL('../../simulators/proxy/main.ts', import.meta.url));
const PAGE = 'docs/fault-proxy.md for the options';

const PROXY: PassedProgram = {
  name: 'proxy',
  main: MAIN,
  args: ['proxy'],
  page: PAGE,
  farewell: 'the proxy has ended',
  simulated: null,
  // A scheduled fault took no effect.
  results: [3],
};

const PLAYER: PassedProgram = {
  name: 'replay-wire',
  main: MAIN,
  args: ['replay'],
  page: PAGE,
  farewell: 'the recording was played to its end',
  simulated: true,
};

/** A fault proxy and wire recorder before somebody's instrument, and the player of what was recorded. */
export const proxyCommand: CommandPlugin = {
  name: 'proxy',
  register(program, execute) {
    const passed = (name: string, description: string, started: PassedProgram) =>
      program
        .command(name)
        .description(description)
        // The proxy knows its options; here they only pass through.
        .helpOption(false)
        .allowUnknownOption()
        .argument('[options...]', 'options of the proxy')
        .action((options: readonly string[]) => execute(name, (environment) => passThrough(started, options, environment)));
    passed('proxy', 'pass bytes between a controller and its instrument, lay faults over the wire, or record it; options: --help', PROXY);
    passed('replay-wire', 'answer a controller as the recorded instrument did; options: --help', PLAYER);
  },
};
