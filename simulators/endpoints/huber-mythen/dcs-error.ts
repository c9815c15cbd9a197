/** The negative numbers that the detector answers with instead of a result (domain-facts 1.4). */
export const DCS_ERRORS = {
  unknownCommand: -1,
  invalidArgument: -2,
  unknownSettings: -3,
  readoutFailed: -6,
  acquisitionNotFinished: -7,
} as const;

/** Thrown where the detector answers with a negative number. */
export class DcsError extends Error {
  override readonly name = 'DcsError';
  readonly code: number;

  constructor(name: keyof typeof DCS_ERRORS) {
    super(name);
    this.code = DCS_ERRORS[name];
  }
}
