import type { Clock, Log } from '../src/ports/runtime.ts';

/** The computer's own time: the simulator runs in a process of its own and has nobody to hand it a clock. */
export const wallClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new Error('interrupted'));
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(new Error('interrupted'));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Lines of JSON on stderr, from `least` upwards. */
export function stderrLog(least: (typeof LEVELS)[number]): Log {
  const write =
    (level: (typeof LEVELS)[number]) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      if (LEVELS.indexOf(level) >= LEVELS.indexOf(least)) process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
