import { readFileSync } from 'node:fs';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { AddressOptions } from '../../drivers/driver-plug-in.ts';
import { drivers } from '../../drivers/registry.ts';
import { openWorkerIdentifier } from '../../models/worker-identifier.ts';
import { policies } from '../../policies/registry.ts';
import { badInput } from '../domain/errors.ts';
import type { Diffractometer } from '../ports/diffractometer.ts';
import type { Policy } from '../ports/policy.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Exposure } from '../safety/beam-account.ts';
import { guardDiffractometer } from '../safety/guard.ts';
import type { OpenIdentifier } from './open-identifier.ts';
import { type SimulatorProcess, startSimulator } from './simulator-process.ts';
import { commandWording, demandHeeded } from './unheeded.ts';

/** The only place that knows every driver, policy and model. */

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw badInput(path, `the file ${path} cannot be read`, 'check the name and the permissions', error);
  }
}

export function readConfig(file: string): Config {
  return loadConfig(readText(file), file, { drivers, policies });
}

/** Starts the simulated instrument of the config on the wire of its driver; null where the config has none. */
export async function openSimulator(config: Config, more: Readonly<Record<string, unknown>> = {}): Promise<SimulatorProcess | null> {
  return config.simulator ? startSimulator({ as: config.instrument.driver, ...config.simulator, ...more }) : null;
}

/**
 * The instrument behind its guard; nobody else holds the raw driver. It is found where `simulator` stands, if there is one. `clientName` is what we
 * call ourselves to the instrument, `earlier` what the run has let through before.
 */
export function makeInstrument(
  config: Config,
  runtime: Runtime,
  simulator: SimulatorProcess | null,
  clientName?: string,
  earlier: readonly Exposure[] = [],
): Diffractometer {
  const driver = drivers.find(({ id }) => id === config.instrument.driver);
  if (!driver)
    throw badInput(
      'instrument.driver',
      `there is no driver '${config.instrument.driver}'`,
      `choose one of: ${drivers.map(({ id }) => id).join(', ')}`,
    );
  const { fromDeg, toDeg, ...rules } = config.limits;
  const { options } = config.instrument;
  const raw = driver.make(simulator ? withAddress(options, driver.addressOptions, simulator.address) : options, runtime, {
    secret: (name) => process.env[name],
    readText,
    ...(clientName === undefined ? {} : { clientName }),
  });
  return guardDiffractometer(raw, { ...rules, limits: { fromDeg, toDeg } }, runtime, earlier);
}

type Options = Readonly<Record<string, unknown>>;

/** The options with those that say where the instrument is taken from `address`. */
function withAddress(options: Options, addressOptions: AddressOptions, address: Options): Options {
  let filled = options;
  for (const [option, field] of Object.entries(addressOptions)) filled = withOption(filled, option.split('.'), address[field]);
  return filled;
}

function withOption(options: Options, [key = '', ...inner]: readonly string[], value: unknown): Options {
  if (inner.length === 0) return { ...options, [key]: value };
  return { ...options, [key]: withOption((options[key] ?? {}) as Options, inner, value) };
}

export function makePolicy(config: Config): Policy {
  const plugin = policies.find(({ id }) => id === config.policy.id);
  if (!plugin)
    throw badInput('policy.id', `there is no policy '${config.policy.id}'`, `choose one of: ${policies.map(({ id }) => id).join(', ')}`);
  return plugin.make(config.policy.options);
}

export const openIdentifier: OpenIdentifier = ({ id, method = 'hybrid', knowledge = null, calibration = null }) => {
  demandHeeded(method, { knowledge, calibration }, commandWording);
  return openWorkerIdentifier({ id, method, knowledge, calibration });
};
