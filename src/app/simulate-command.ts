import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EwaldError } from '../domain/errors.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';

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
      .action((options: readonly string[]) => execute('simulate', (environment) => simulate(options, environment)));
  },
};

/** The simulator is a process of its own, here as in a run: nothing of it is loaded into the program that drives instruments. */
function simulate(options: readonly string[], environment: Environment): Promise<Outcome> {
  const flags = options.filter((option) => option !== '--json');
  const asksForHelp = flags.includes('--help');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, ...flags], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let said = '';
    let complaint = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (!asksForHelp) environment.progress(data.toString().trimEnd());
    });
    child.stderr.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(-2000);
      environment.progress(data.toString().trimEnd());
    });
    environment.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', (error) => reject(new EwaldError('internal', 'simulator', error.message, 'check the installation')));
    child.once('exit', (code) => {
      if (code === 2)
        return reject(
          new EwaldError(
            'badInput',
            'simulator',
            complaint.trim().split('\n')[0] ?? 'wrong options',
            'see docs/simulator.md for the options',
          ),
        );
      if (code !== 0 && !environment.signal.aborted)
        return reject(
          new EwaldError(
            'link',
            'simulator',
            complaint.trim().split('\n').at(-1) || `the simulator ended with ${code}`,
            'see docs/simulator.md',
          ),
        );
      if (asksForHelp) return resolve({ result: { help: said }, text: said.trimEnd(), simulated: true });
      const ready = said.split('\n')[0] ?? '{}';
      return resolve({ result: safeParse(ready), text: 'the simulated instrument has ended', simulated: true });
    });
  });
}

function safeParse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
