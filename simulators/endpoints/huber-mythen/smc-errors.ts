/**
 * Errors of an axis, as `?err` tells them. Public sources show that 0 is none and that a text follows the number; the numbers and the texts are
 * this simulator's own. Correct them here.
 */
export const SMC_ERRORS = {
  none: [0, ''],
  unknownCommand: [10, 'unknown command'],
  invalidArgument: [11, 'invalid argument'],
  axisMoves: [20, 'axis is moving'],
  softLimit: [21, 'target is beyond a software limit'],
  limitSwitch: [22, 'limit switch active'],
  externalStop: [30, 'external stop'],
  locked: [31, 'locked by the operator'],
} as const;

export type SmcErrorName = keyof typeof SMC_ERRORS;

/** Thrown where the controller does not do what it was told; nothing of it goes onto the wire, it is kept for `?err`. */
export class SmcError extends Error {
  override readonly name = 'SmcError';
  readonly reason: SmcErrorName;

  constructor(reason: SmcErrorName) {
    super(SMC_ERRORS[reason][1]);
    this.reason = reason;
  }
}
