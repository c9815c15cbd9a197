import { fileURLToPath } from 'node:url';
import type { CommandPlugin } from './command.ts';
import { passThrough } from './pass-through.ts';

const MAIN = fileURLToPath(new URL('../../simulators/main.ts', import.meta.url));

export const simulateCommand: CommandPlugin = {
  name: 'simulate',
  register(program, execute) {
    program
      .command('simulate')
      .description(
        'a simulated diffractometer until interrupted, on MQTT or --as daco-mp, aeris, bruker-lablims; options: --help, --as NAME --help, docs/simulator.md',
      )
      // The simulator knows its options; here they only pass through.
      .helpOption(false)
      .allowUnknownOption()
      .argument('[options...]', 'options of the simulator')
      .action((options: readonly string[]) => execute('simulate', (environment) => passThrough(SIMULATOR, options, environment)));
  },
};

const SIMULATOR = {
  name: 'simulator',
  main: MAIN,
  args: [],
  page: 'docs/simulator.md for the options',
  farewell: 'the simulated instrument has ended',
  simulated: true,
};
