import { badInput } from '../domain/errors.ts';
import { type IdentifyMethod, identifyMethods } from './open-identifier.ts';

/** Values of command line options; all throw badInput naming the option. */

export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || text.trim() === '')
    throw badInput(option, `${option} ${text} is not a whole number from ${least}`, `give a whole number from ${least}`);
  return value;
}

export function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw badInput(option, `${option} ${text} is not a number above 0`, `give ${option} a number above 0`);
}

export function parseMethod(text: string, option = '--method'): IdentifyMethod {
  const method = identifyMethods.find((known) => known === text);
  if (!method) throw badInput(option, `there is no method '${text}'`, `choose one of: ${identifyMethods.join(', ')}`);
  return method;
}
