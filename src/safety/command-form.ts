import type { ScanCommand } from '../domain/scan.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const NUMBERS = ['stepDeg', 'dwellS', 'pointCount', 'expectedS', 'notAfterS', 'attempt'] as const;

/** Whether `name` may name a scan on a wire and in a file. */
export function isPlainName(name: unknown): name is string {
  return typeof name === 'string' && ID.test(name);
}

/** What a command is called in messages, whatever it is. */
export function nameOf(command: unknown): string {
  const requestId = isObject(command) ? command['requestId'] : undefined;
  return typeof requestId === 'string' ? requestId.slice(0, 128) : 'scan';
}

/** Why this is no command at all, in one sentence; null where every field is there and of its kind. Types are not trusted: they end at the guard. */
export function findMalformed(command: unknown): string | null {
  if (!isObject(command)) return 'it is no command';
  const { requestId, sample, range, how } = command as Partial<Record<keyof ScanCommand, unknown>>;
  if (!isObject(range)) return 'the range is missing';
  const numbers = { fromDeg: range['fromDeg'], toDeg: range['toDeg'], ...Object.fromEntries(NUMBERS.map((name) => [name, command[name]])) };
  for (const [name, value] of Object.entries(numbers)) if (!Number.isFinite(value)) return `${name} is not a finite number`;
  if (!isPlainName(requestId)) return 'the request id is not a plain name';
  if (!isObject(sample) || typeof sample['sampleId'] !== 'string' || sample['sampleId'] === '') return 'the sample is missing';
  if (sample['slot'] !== null && typeof sample['slot'] !== 'string') return 'the slot is no name';
  if (!isObject(how) || typeof how['kind'] !== 'string') return 'the mode is missing';
  return how['kind'] === 'program' && typeof how['name'] !== 'string' ? 'the program has no name' : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
