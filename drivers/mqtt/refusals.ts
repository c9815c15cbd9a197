import { EwaldError, type EwaldErrorCode } from '../../src/domain/errors.ts';
import type { RefusalCode, WireReply } from './protocol.ts';

const MEANING: Readonly<Record<RefusalCode, readonly [EwaldErrorCode, string]>> = {
  wrongBoot: ['deviceFault', 'the instrument was restarted: resume the run'],
  expired: ['timeout', 'send it again; see whether the link is slow'],
  noLease: ['busy', 'try again: the lease is claimed anew'],
  leaseHeld: ['busy', 'wait until the other client has finished'],
  invalid: ['refused', 'mend the request'],
  outOfLimits: ['refused', 'stay inside the limits of the instrument'],
  unsafe: ['unsafe', 'close the doors and the interlock, then start a new run'],
  busy: ['busy', 'wait until the instrument is free'],
  localControl: ['busy', 'give the control back at the instrument'],
  unknownScan: ['refused', 'measure it again'],
  deviceFault: ['deviceFault', 'look at the instrument'],
};

/** A command that the instrument refused; nothing has happened at the far end. */
export class Refusal extends EwaldError {
  readonly refusal: RefusalCode;

  constructor(subject: string, refusal: NonNullable<WireReply['refusal']>) {
    const [code, remedy] = MEANING[refusal.code];
    super(code, subject, `the instrument refuses (${refusal.code}): ${refusal.text}`, remedy);
    this.refusal = refusal.code;
  }
}

export function isRefusal(error: unknown, ...codes: readonly RefusalCode[]): error is Refusal {
  return error instanceof Refusal && codes.includes(error.refusal);
}
