import { badInput } from '../domain/errors.ts';
import { type IdentifyMethod, identifyMethods } from './open-identifier.ts';

/** Values of command line options; both throw badInput naming the option. */

export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || text.trim() === '')
    throw badInput(option, `${option} ${text} is not a whole number from ${least}`, `give a whole number from ${least}`);
  return value;
}

export function parseMethod(text: string): IdentifyMethod {
  const method = identifyMethods.find((known) => known === text);
  if (!method) throw badInput('--method', `there is no method '${text}'`, `choose one of: ${identifyMethods.join(', ')}`);
  return method;
}
