import { EwaldError } from '../domain/errors.ts';

/** Longer than any sentence of a reader by itself. */
const MAX_LENGTH = 400;

/** The same refusal in readable length: a message quotes the file, and a damaged file may hold a word of any length. Other errors as they are. */
export function shortRefusal(error: unknown): unknown {
  if (!(error instanceof EwaldError) || error.message.length <= MAX_LENGTH) return error;
  const message = `${error.message.slice(0, MAX_LENGTH)}...`;
  return new EwaldError(error.code, error.subject, message, error.remedy, error);
}
