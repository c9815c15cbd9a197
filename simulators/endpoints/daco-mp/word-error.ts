/** The numbers behind the question mark (domain-facts 1.1; the table is that of the D8, of which D5000 sources show 1 and 3). */
export const ERRORS = {
  unknown: 0,
  unknownCommand: 1,
  argumentRequired: 2,
  incorrectArgument: 3,
  onlyInRemote: 4,
  onlyInSetup: 5,
  setupActive: 6,
  noArgument: 7,
  notInstalled: 8,
  positionUnknown: 9,
  notInitialised: 10,
  atLimitSwitch: 11,
  measuring: 12,
  service: 13,
  generatorSilent: 14,
  heldElsewhere: 15,
  portBusy: 16,
  /** The first of ten messages of the generator; which one means what is not known, so this one stands for all. */
  generator: 20,
} as const;

export type ErrorName = keyof typeof ERRORS;

/** Thrown where the controller answers with `?` and a number. */
export class WordError extends Error {
  override readonly name = 'WordError';
  readonly code: number;

  constructor(name: ErrorName) {
    super(name);
    this.code = ERRORS[name];
  }
}
