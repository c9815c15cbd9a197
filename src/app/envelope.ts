import { type EwaldError, exitCodeOf } from '../domain/errors.ts';
import type { Outcome } from './command.ts';

export const VERSION = '0.1.0';

export interface Timing {
  readonly startedAt: string;
  readonly wallS: number;
}

/** The one JSON document of a command that did its work. */
export function envelopeOf(command: string, outcome: Outcome, timing: Timing): Record<string, unknown> {
  const exitCode = outcome.exitCode ?? 0;
  return {
    ...head(command, timing, outcome.seed ?? null, outcome.simulated ?? null),
    ok: exitCode === 0,
    exitCode,
    warnings: outcome.warnings ?? [],
    error: null,
    result: finite(outcome.result),
  };
}

/** The one JSON document of a command that failed. */
export function errorEnvelopeOf(command: string, error: EwaldError, timing: Timing): Record<string, unknown> {
  const { code, message, subject, remedy } = error;
  return {
    ...head(command, timing, null, null),
    ok: false,
    exitCode: exitCodeOf(error),
    warnings: [],
    error: { code, message, subject, remedy },
    result: null,
  };
}

function head(command: string, timing: Timing, seed: number | null, simulated: boolean | null): Record<string, unknown> {
  return { schema: `ewald/${command}/1`, command, version: VERSION, seed, simulated, startedAt: timing.startedAt, wallS: timing.wallS };
}

/** Typed arrays become arrays, and what JSON cannot say (NaN, Infinity) becomes null. */
function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, finite);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, finite(inner)]));
  return value;
}
