import { fstatSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { asEwaldError, badInput, exitCodeOf } from '../../src/domain/errors.ts';
import { parsePlayerLine, parseProxyLine } from './options.ts';
import { runPlayer } from './player.ts';
import { runProxy } from './proxy.ts';

/** A scheduled fault took no effect: what was to be tried was not tried. */
const WITHOUT_EFFECT = 3;

const HELP = {
  proxy: `ewald proxy --to host:port|PORT [options]: passes bytes between a controller and its instrument, and lays faults over the wire
  --to        the instrument: host:port, or the path of a serial port
  --listen    TCP port for the controller, 0 for any; with --host (127.0.0.1)
  --link      name of a pseudo-terminal for the controller, instead of --listen
  --baud, --framing, --xonxoff   of a serial port (19200, 8N1, yes)
  --faults    schedule of faults, YAML
  --seed      decides which bits turn over (1)
  --ledger    file for what was done, JSON lines
  --junit     file for which scheduled faults took effect
  --record    file for everything that passes, JSON lines; not together with --faults
all faults: docs/fault-proxy.md
`,
  replay: `ewald replay-wire FILE [options]: answers a controller as the recorded instrument did
  --listen    TCP port for the controller, 0 for any; with --host (127.0.0.1)
  --link      name of a pseudo-terminal for the controller, instead of --listen; --xonxoff no: they are bytes like others
  --speed     recorded pauses are so many times shorter, or 'max' (1)
more: docs/fault-proxy.md
`,
} as const;

/** Only a pipe tells when the parent is gone; /dev/null is at its end from the start. */
function isPipe(descriptor: number): boolean {
  const stdin = fstatSync(descriptor);
  return stdin.isFIFO() || stdin.isSocket();
}

/** Settles when somebody wants the end. */
function asked(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (isPipe(0))
      process.stdin
        .once('end', () => resolve())
        .once('close', () => resolve())
        .resume();
  });
}

function say(fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(fields)}\n`);
}

async function proxy(args: readonly string[]): Promise<number> {
  const running = await runProxy(parseProxyLine(args));
  say({ ready: true, as: 'proxy', ...running.address() });
  await asked();
  const idle = await running.close();
  for (const fault of idle) process.stderr.write(`ewald proxy: the fault ${fault} was scheduled and took no effect\n`);
  return idle.length > 0 ? WITHOUT_EFFECT : 0;
}

async function replay(args: readonly string[]): Promise<number> {
  const player = await runPlayer(parsePlayerLine(args));
  say({ ready: true, as: 'player', ...player.address() });
  void asked().then(() => player.close());
  try {
    say({ played: true, ...(await player.ended) });
  } finally {
    await player.close();
  }
  return 0;
}

/** The command line: one JSON line on stdout when ready; ends on SIGTERM, SIGINT and when whoever started it closes its stdin. */
async function main(): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const [what, ...args] = process.argv.slice(2);
  try {
    if (what !== 'proxy' && what !== 'replay') throw badInput('command line', `there is no '${what ?? ''}'`, 'choose proxy or replay');
    if (args.includes('--help')) {
      process.stdout.write(HELP[what]);
      return 0;
    }
    return await (what === 'proxy' ? proxy(args) : replay(args));
  } catch (error) {
    const known = asEwaldError(error);
    process.stderr.write(`ewald ${what === 'replay' ? 'replay-wire' : 'proxy'}: ${known.message}; ${known.remedy}\n`);
    return exitCodeOf(known);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(await main());
