import { EwaldError } from '../domain/errors.ts';

/**
 * The fields of a journal entry as JSON text. A number that is not finite is written as its name, "NaN" or "Infinity": a measured oddity must
 * not end a run. Throws 'store' for what JSON would lose silently: typed arrays, maps, sets, functions.
 */
export function journalText(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    const isLost = typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol' || isLostObject(value);
    if (isLost)
      throw new EwaldError('store', 'journal', `the field "${key}" of a journal entry is no JSON`, 'this is a defect of Ewald: report it');
    return value;
  });
}

function isLostObject(value: unknown): boolean {
  return ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set;
}
