import type { z } from 'zod';
import { badInput } from '../src/domain/errors.ts';
import type { ScanMode } from '../src/domain/scan.ts';
import type { Capabilities, Diffractometer } from '../src/ports/diffractometer.ts';
import type { MessageBus } from '../src/ports/message-bus.ts';
import type { Runtime } from '../src/ports/runtime.ts';

/** What a driver may need from outside. */
export interface DriverDependencies {
  /** An environment variable: passwords never stand in a config file. */
  readonly secret: (name: string) => string | undefined;
  /** The text of a file named in the options. */
  readonly readText: (path: string) => string;
  /** What we call ourselves to the instrument where the options do not say: the same after a restart, another one in every run. */
  readonly clientName?: string;
  /** A message bus to use in place of the broker named in the options. */
  readonly bus?: MessageBus;
}

/** What all instruments behind one driver have in common; 'told' is what each tells when it is opened. */
export interface DriverSummary {
  readonly wire: string;
  readonly ranges: 'free' | 'catalogue';
  readonly modes: readonly ScanMode['kind'][] | 'told';
  readonly delivers: Capabilities['delivers'];
  readonly canFind: boolean;
  readonly canAbort: boolean;
  readonly hasShutter: boolean | 'told';
  /** What a safety state of this driver cannot see, because the wire does not tell it. */
  readonly blindTo?: readonly string[];
}

/**
 * Options that say where the instrument is, each with the field of a simulator's address that it takes where one is started for the run. A dot
 * leads into a group of options.
 */
export type AddressOptions = Readonly<Record<string, string>>;

export interface DriverPlugIn {
  readonly id: string;
  readonly title: string;
  /** null where the driver says nothing about itself. */
  readonly summary: DriverSummary | null;
  readonly addressOptions: AddressOptions;
  readonly optionsSchema: z.ZodType;
  /** A driver that has done nothing yet. 'badInput' where the options break the schema. */
  make(options: unknown, runtime: Runtime, deps: DriverDependencies): Diffractometer;
}

/** A plug-in whose `make` gets its options checked and with their defaults. */
export function driverPlugIn<S extends z.ZodType>(
  id: string,
  title: string,
  optionsSchema: S,
  make: (options: z.output<S>, runtime: Runtime, deps: DriverDependencies) => Diffractometer,
  summary: DriverSummary | null = null,
  addressOptions: AddressOptions = {},
): DriverPlugIn {
  const checked = (options: unknown, runtime: Runtime, deps: DriverDependencies) => {
    const parsed = optionsSchema.safeParse(options);
    if (parsed.success) return make(parsed.data, runtime, deps);
    const issue = parsed.error.issues[0];
    const where = ['driver', ...(issue?.path ?? [])].join('.');
    throw badInput(where, `option ${where} of driver '${id}': ${issue?.message ?? 'invalid'}`, 'mend it in the config');
  };
  return { id, title, summary, addressOptions, optionsSchema, make: checked };
}
