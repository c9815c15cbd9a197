import type { Config } from '../../config/schema.ts';
import type { DriverPlugIn } from '../../drivers/driver-plug-in.ts';
import { drivers } from '../../drivers/registry.ts';
import { asEwaldError } from '../domain/errors.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { makeInstrument, openSimulator, readConfig } from './compose.ts';
import { type CheckedInstrument, checkInstrument } from './instrument-check.ts';
import { textTable } from './text-table.ts';

export const instrumentsCommand: CommandPlugin = {
  name: 'instruments',
  register(program, execute) {
    const instruments = program
      .command('instruments')
      .description('the drivers that are installed, one per kind of instrument')
      .action(() => execute('instruments', async () => list(drivers)));
    instruments
      .command('check')
      .description('connect to the instrument of a config, ask who it is and whether it may measure; nothing moves')
      .argument('<config>', 'the config of a run')
      .action((file: string) => execute('instruments check', (environment) => check(readConfig(file), environment)));
  },
};

/** Every driver with what all its instruments have in common. */
export function list(plugIns: readonly DriverPlugIn[]): Outcome {
  const rows = plugIns.map(({ id, title, summary }) => [
    id,
    summary?.wire ?? '',
    summary?.ranges ?? '',
    summary === null ? '' : summary.canFind ? 'found again after a crash' : 'measured again after a crash',
    title,
  ]);
  return {
    result: { instruments: plugIns.map(({ id, title, summary }) => ({ id, title, capabilities: summary })) },
    text: textTable(['driver', 'wire', 'ranges', 'scans', 'instruments'], rows),
  };
}

async function check(config: Config, environment: Environment): Promise<Outcome> {
  const { runtime, signal } = environment;
  const simulator = await openSimulator(config);
  try {
    const instrument = makeInstrument(config, runtime, simulator);
    try {
      return outcomeOf(config, await checkInstrument(instrument, runtime.clock, signal));
    } finally {
      await instrument
        .close()
        .catch((error: unknown) => runtime.log.warn('could not close cleanly', { error: asEwaldError(error).message }));
    }
  } finally {
    await simulator?.close();
  }
}

function outcomeOf(config: Config, { identity, capabilities, safety, alerts, problems }: CheckedInstrument): Outcome {
  const { twoThetaLimits, dwellS, modes, programs } = capabilities;
  const ready = problems.length === 0;
  const can =
    programs === 'free'
      ? `${twoThetaLimits.fromDeg} to ${twoThetaLimits.toDeg} deg 2theta, ${dwellS.min} to ${dwellS.max} s per point, ${modes.join(' or ')}`
      : `programs ${programs.map(({ name }) => name).join(', ')}`;
  const stands = safety
    ? `interlock ${safety.interlockClosed ? 'closed' : 'OPEN'}, doors ${safety.doorsClosed ? 'closed' : 'OPEN'}, generator ${safety.generatorOn ? 'on' : 'OFF'}, shutter ${safety.shutter}`
    : 'no safety data';
  const blindTo = drivers.find(({ id }) => id === config.instrument.driver)?.summary?.blindTo ?? [];
  const lines = [
    `${identity.instrumentId} answers: ${identity.title}, ${identity.software}${identity.simulated ? ' (simulated)' : ''}`,
    `  can     ${can}`,
    `  safety  ${stands}`,
    ...(blindTo.length > 0 ? [`          this wire does not tell of ${blindTo.join(', ')}: look yourself`] : []),
    ready ? 'Ready to measure. Nothing has moved.' : 'NOT ready to measure. Nothing has moved.',
    ...problems.map(({ what, remedy }) => `  ${what}\n    -> ${remedy}`),
  ];
  return {
    result: { driver: config.instrument.driver, blindTo, ready, identity, capabilities, safety, alerts, problems },
    text: lines.join('\n'),
    exitCode: ready ? 0 : 4,
    simulated: identity.simulated,
  };
}
