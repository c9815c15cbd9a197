/** Time, chance and the log, handed in so that simulated hours run in seconds and every run replays from its seed. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Monotonic milliseconds. */
  monotonicMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface RandomSource {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  poisson(mean: number): number;
  /** Number of successes in n trials. */
  binomial(n: number, probability: number): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** An independent stream, a pure function of this stream's seed and the name. */
  fork(name: string): RandomSource;
}

export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface Runtime {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
}
