import { performance } from 'node:perf_hooks';
import winston from 'winston';
import { seededRandom } from '../diffraction/seeded-random.ts';
import type { Clock, Log, Runtime } from '../ports/runtime.ts';

export const wallClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

const SECRET = /pass(word)?|secret|token|credential/i;

/** A log of JSON lines to a file, or of plain lines to stderr. Fields that look like secrets are blanked. */
export function winstonLog(target: { readonly file: string } | { readonly stderrLevel: string }): Log {
  const { combine, timestamp, json, errors, printf } = winston.format;
  const blank = winston.format((info) => {
    for (const key of Object.keys(info)) if (SECRET.test(key)) info[key] = '***';
    return info;
  });
  const logger =
    'file' in target
      ? winston.createLogger({
          level: 'debug',
          format: combine(errors({ stack: true }), blank(), timestamp(), json()),
          transports: [new winston.transports.File({ filename: target.file })],
        })
      : winston.createLogger({
          level: target.stderrLevel,
          format: combine(
            errors({ stack: false }),
            blank(),
            printf((info) => `${info.level}: ${String(info.message)}`),
          ),
          transports: [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
        });
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void logger.log(level, message, fields);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export function makeRuntime(seed: number, log: Log): Runtime {
  return { clock: wallClock, random: seededRandom(seed), log };
}
