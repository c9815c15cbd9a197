import { EwaldError } from '../../src/domain/errors.ts';
import type { WireBirth, WireState } from './protocol.ts';

/** The instrument cannot be reached; `how` long, in words. */
export function linkDown(root: string, brokerIsThere: boolean, how: string): EwaldError {
  const what = brokerIsThere ? `the instrument under ${root} is gone` : 'the link to the broker is down';
  return new EwaldError('link', root, `${what} ${how}`.trim(), 'see that broker and instrument run; then resume');
}

/** Nobody answered while the driver was opened: why, as far as what was heard tells. */
export function notThere(root: string, state: WireState | null, birth: WireBirth | null, garbled: number, timeoutMs: number): EwaldError {
  if (garbled > 0 && !birth) {
    return new EwaldError('garbled', root, `what answers under ${root} does not keep to the wire contract`, 'see docs/wire-mqtt.md');
  }
  if (birth && state?.state === 'init')
    return new EwaldError('link', root, `the instrument under ${root} does not get ready`, 'look at it');
  const but = birth ? ` within ${timeoutMs} ms; what stands there is old` : '';
  return new EwaldError('link', root, `no instrument answers under ${root}${but}`, 'start it or mend topicRoot');
}
