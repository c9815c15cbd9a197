import type { Clock, Log, RandomSource } from '../../src/ports/runtime.ts';
import type { WireReach } from '../faults/fault.ts';
import type { InstrumentProfile } from '../instrument-profile.ts';
import type { Journal } from '../journal.ts';
import type { SimulatorOptions } from '../options.ts';
import type { Specimen } from '../specimen.ts';
import type { VirtualDiffractometer } from '../virtual-diffractometer.ts';

export interface EndpointSetup {
  readonly options: SimulatorOptions;
  readonly bootId: string;
  readonly instrumentId: string;
  readonly device: VirtualDiffractometer;
  readonly specimen: Specimen;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: RandomSource;
  readonly journal: Journal;
}

/** One wire with the virtual diffractometer behind it. It is made first, the faults are armed, then it is opened. */
export interface Endpoint {
  /** Where a driver finds it; the fields go into the line that says the simulator is ready. */
  address(): { readonly url: string } & Readonly<Record<string, unknown>>;
  readonly reach: WireReach;
  /** Settles when the instrument is ready for commands. */
  open(): Promise<void>;
  /** Falls silent as a dead process does. */
  vanish(): void;
  /** Safe state, then the wire is let go. Legal also before `open`. */
  close(): Promise<void>;
}

/** A wire that a simulated instrument can speak: one folder here, one line in the registry. */
export interface EndpointPlugIn {
  readonly id: string;
  readonly title: string;
  /** Its own options on the command line, with what they mean. */
  readonly help: Readonly<Record<string, string>>;
  profile(options: SimulatorOptions, specimen: Specimen, instrumentId: string): InstrumentProfile;
  /** Fails with 'badInput' or 'link'. */
  make(setup: EndpointSetup): Promise<Endpoint>;
}
