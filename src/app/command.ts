import type { Command as Program } from 'commander';
import type { Runtime } from '../ports/runtime.ts';

/** What a command gives back. `text` is what a person reads on stdout; `result` what --json prints. */
export interface Outcome {
  readonly result: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly exitCode?: number;
  readonly simulated?: boolean | null;
  readonly seed?: number | null;
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
}

/** What a command may use of the outside. */
export interface Environment {
  readonly runtime: Runtime;
  readonly json: boolean;
  /** Is stderr a terminal that can be redrawn? */
  readonly interactive: boolean;
  /** One line of progress, to stderr. */
  readonly progress: (line: string) => void;
  /** Raised by the first interrupt; a command brings everything to its safe state and returns or throws 'interrupted'. */
  readonly signal: AbortSignal;
}

/** A command adds itself to the program; `run` is handed to the frame, which prints the one document and sets the exit code. */
export interface CommandPlugin {
  readonly name: string;
  register(program: Program, execute: (name: string, run: (environment: Environment) => Promise<Outcome>) => Promise<void>): void;
}
