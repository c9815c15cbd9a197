import { asEwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { type LookTiming, RepeatedLook } from '../watching/repeated-look.ts';
import type { AerisLine } from './line.ts';

/**
 * Asks again and again who has control. This wire tells nothing of doors, interlock, shutter or generator: while the instrument answers that
 * it is under remote control its own circuit is taken to be closed, and the moment it stops saying so the state runs out. `look` gives true where the
 * interface has control, and rejects as the line does.
 */
export class StatusWatch extends RepeatedLook {
  readonly #line: AerisLine;

  constructor(line: AerisLine, timing: LookTiming, runtime: Runtime) {
    super(timing, runtime);
    this.#line = line;
  }

  protected override async see() {
    const remote = await this.#line.isRemote().catch((error: unknown) => {
      const known = asEwaldError(error);
      this.alarms.raise('link', { kind: known.code === 'deviceFault' ? 'device' : 'link', text: known.message });
      throw known;
    });
    this.alarms.clear('link');
    if (remote) this.alarms.clear('local');
    else this.alarms.raise('local', { kind: 'localControl', text: 'the operator has taken control at the instrument' });
    return remote ? {} : null;
  }
}
