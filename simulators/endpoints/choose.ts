import { badInput } from '../../src/domain/errors.ts';
import { PHYSICS_HELP } from '../physics-options.ts';
import type { EndpointPlugIn } from './endpoint.ts';
import { endpoints } from './registry.ts';

const COMMON: Readonly<Record<string, string>> = {
  seed: 'decides sample and counts (1)',
  speed: "instrument seconds per wall second, or 'max' (1)",
  sample: 'a measured file to hand out, or phases as below',
  phases: 'ZrO2_14:1,CaO_225:0.1 instead of a drawn sample',
  replay: 'measured file to hand out instead of a sample',
  ...PHYSICS_HELP,
  truth: 'file for what the sample really is',
  faults: 'schedule of faults, YAML',
  journal: 'file for what the instrument truly did',
  junit: 'file for which scheduled faults took effect, at the end',
  'truth-stream': 'file for what every scan really was',
  log: "'debug', 'info' or 'warn' (warn)",
};

/** Fails with 'badInput' for a wire that there is not. */
export function endpointOf(id: string): EndpointPlugIn {
  const plugIn = endpoints.get(id);
  if (!plugIn) throw badInput('as', `there is no simulator as '${id}'`, `choose one of: ${[...endpoints.keys()].join(', ')}`);
  return plugIn;
}

/** What `--help` says; with `--as` it tells the options of that wire alone. Fails with 'badInput' for a wire that there is not. */
export function helpText(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === '--as' || arg.startsWith('--as='));
  const asked = at < 0 ? null : args[at]!.includes('=') ? args[at]!.slice(5) : args[at + 1];
  const told = asked === null || asked === undefined ? [...endpoints.values()] : [endpointOf(asked)];
  const wires = told.flatMap((plugIn) => [`--as ${plugIn.id}: ${plugIn.title}`, ...lines(plugIn.help), '']);
  return [...wires, 'on every wire:', ...lines(COMMON), 'all options and faults: docs/simulator.md', ''].join('\n');
}

function lines(help: Readonly<Record<string, string>>): string[] {
  return Object.entries(help).map(([flag, meaning]) => `  --${flag.padEnd(17)} ${meaning}`);
}
