import type { RefusalCode } from '../drivers/mqtt/protocol.ts';

/** Thrown by the far end where it says no to a command. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, text: string) {
    super(text);
    this.code = code;
  }
}
