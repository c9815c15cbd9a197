import { Command, CommanderError } from 'commander';
import { asEwaldError, badInput, EwaldError, exitCodeOf } from '../domain/errors.ts';
import type { Environment, Outcome } from './command.ts';
import { commands } from './commands.ts';
import { envelopeOf, errorEnvelopeOf, VERSION } from './envelope.ts';
import { makeRuntime, winstonLog } from './runtime.ts';

const json = process.argv.includes('--json');
const started = { ms: Date.now(), at: new Date().toISOString() };
const timing = () => ({ startedAt: started.at, wallS: (Date.now() - started.ms) / 1000 });

function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

async function fail(command: string, error: EwaldError): Promise<void> {
  process.exitCode = exitCodeOf(error);
  if (json) await print(`${JSON.stringify(errorEnvelopeOf(command, error, timing()))}\n`);
  else process.stderr.write(`ewald: ${error.message}\n  ${error.remedy}\n`);
  if (error.code === 'internal' && process.env['EWALD_DEBUG'])
    process.stderr.write(`${String((error.cause as Error | undefined)?.stack ?? error.stack)}\n`);
}

async function execute(name: string, run: (environment: Environment) => Promise<Outcome>): Promise<void> {
  const interrupt = new AbortController();
  let interrupts = 0;
  const onSignal = () => {
    interrupts++;
    if (interrupts === 1) {
      process.stderr.write('\newald: interrupted; going to the safe state (twice more: leave at once)\n');
      interrupt.abort(
        new EwaldError(
          'interrupted',
          name,
          'interrupted by the operator; the safe state was reached',
          'a run goes on with: ewald run --resume RUN',
        ),
      );
    } else if (interrupts === 3) process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const environment: Environment = {
    runtime: makeRuntime(1, winstonLog({ stderrLevel: process.env['EWALD_LOG'] ?? 'warn' })),
    json,
    interactive: process.stderr.isTTY === true && !json,
    progress: (line) => void process.stderr.write(`${line}\n`),
    signal: interrupt.signal,
  };
  try {
    const outcome = await run(environment);
    process.exitCode = outcome.exitCode ?? 0;
    await print(json ? `${JSON.stringify(envelopeOf(name, outcome, timing()))}\n` : `${outcome.text}\n`);
  } catch (error) {
    await fail(name, asEwaldError(error));
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

const program = new Command('ewald')
  .description('Control agent of a powder diffractometer that measures by itself')
  .version(VERSION)
  .option('--json', 'print exactly one JSON document on stdout')
  .exitOverride()
  .configureOutput({ writeErr: (text) => void (json || process.stderr.write(text)) });
for (const command of commands) command.register(program, execute);
// Every level takes --json and reports its own mistakes through the one frame.
const everyLevel = (level: Command): void => {
  level.exitOverride().configureOutput({ writeErr: (text) => void (json || process.stderr.write(text)) });
  if (level !== program && level.commands.length === 0) level.option('--json', 'print exactly one JSON document on stdout');
  level.commands.forEach(everyLevel);
};
everyLevel(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  const name = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? 'ewald';
  if (!(error instanceof CommanderError)) await fail(name, asEwaldError(error));
  else if (error.exitCode !== 0) {
    process.exitCode = 2;
    const message = error.code === 'commander.help' ? 'there is no command to carry out' : error.message.replace(/^error: /, '');
    const known = commands.some((command) => command.name === name);
    if (json) await fail(name, badInput('command line', message, `see: ewald ${known ? `${name} ` : ''}--help`));
  }
}
