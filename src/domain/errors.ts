/** The classes of trouble, by what can be done about them. */
export type EwaldErrorCode =
  | 'badInput' // the user's file, config or argument: mend it
  | 'refused' // the guard or the instrument said no
  | 'unsafe' // safety data missing, stale or red
  | 'busy' // somebody else holds the instrument
  | 'timeout'
  | 'link' // the wire to the instrument
  | 'deviceFault' // the instrument itself
  | 'garbled' // a frame that breaks the protocol
  | 'model' // the identifier's files
  | 'store' // the durable store
  | 'interrupted'
  | 'internal';

/** The one error class. `subject` names the thing, `remedy` what to do; `message` is one sentence. */
export class EwaldError extends Error {
  override readonly name = 'EwaldError';
  readonly code: EwaldErrorCode;
  readonly subject: string;
  readonly remedy: string;

  constructor(code: EwaldErrorCode, subject: string, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.subject = subject;
    this.remedy = remedy;
  }
}

export function badInput(subject: string, message: string, remedy: string, cause?: unknown): EwaldError {
  return new EwaldError('badInput', subject, message, remedy, cause);
}

const RETRY: ReadonlySet<EwaldErrorCode> = new Set(['timeout', 'link', 'garbled', 'busy']);
const SAFE: ReadonlySet<EwaldErrorCode> = new Set([
  'unsafe',
  'deviceFault',
  'link',
  'timeout',
  'interrupted',
  'internal',
  'store',
  'model',
  'garbled',
]);

export function asEwaldError(error: unknown): EwaldError {
  if (error instanceof EwaldError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EwaldError('internal', 'ewald', message, 'this is a defect of Ewald: report it with the log of the run', error);
}

/** May the same step be tried again after a pause? */
export function mayRetry(error: EwaldError): boolean {
  return RETRY.has(error.code);
}

/** Must the instrument be brought to its safe state because of this? */
export function mustMakeSafe(error: EwaldError): boolean {
  return SAFE.has(error.code);
}

/** The exit code of the command line (docs/json-contract). */
export function exitCodeOf(error: EwaldError): number {
  switch (error.code) {
    case 'badInput':
      return 2;
    case 'model':
    case 'store':
      return 5;
    case 'interrupted':
      return 130;
    case 'internal':
      return 1;
    default:
      return 4;
  }
}
