import { asEwaldError, EwaldError, mayRetry } from '../../src/domain/errors.ts';
import type { ScanReport } from '../../src/ports/diffractometer.ts';
import type { Commander } from './commander.ts';
import type { InstrumentLink } from './instrument-link.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { isRefusal } from './refusals.ts';
import type { WireScan } from './wire-units.ts';

export interface BegunScan {
  readonly report: ScanReport | null;
  /** It was known to the instrument before: some of its chunks may be out already. */
  readonly attached: boolean;
}

/**
 * Starts the scan, once, whatever is lost on the way: the instrument is asked for the scan's fate before every sending, and a sending after a
 * lost reply has the id of the first. A new id is used only after a refusal, which says that nothing happened.
 */
export async function beginScan(
  scan: WireScan,
  notAfterS: number,
  linkGraceMs: number,
  link: InstrumentLink,
  commander: Commander,
  lease: LeaseKeeper,
  signal: AbortSignal,
): Promise<BegunScan> {
  const key = { requestId: scan.requestId, attempt: scan.attempt };
  const name = `${scan.requestId}.${scan.attempt}`;
  let refusals = 0;
  for (let tries = 1; ; tries++) {
    try {
      await link.whenUp(linkGraceMs);
      await lease.hold();
      const fate = await commander.fateOf(key);
      if (fate.state !== 'lost') return { report: fate.report, attached: true };
      if (signal.aborted) throw new EwaldError('interrupted', name, 'nobody wants the scan any more', 'ask for it again');
      if (link.clock.nowS() > notAfterS) throw tooLate(name, notAfterS);
      const id = refusals === 0 ? name : `${name}.again${refusals}`;
      const { state } = await commander.send('scan', scan, { id, notAfterS });
      if (state !== 'finished') return { report: null, attached: state === 'running' };
    } catch (error) {
      const known = asEwaldError(error);
      const lapsed = isRefusal(error, 'noLease');
      if (lapsed) lease.drop();
      const again = lapsed || isRefusal(error, 'expired');
      if (again) refusals += 1;
      const wire = !('refusal' in known) && known.code !== 'busy' && mayRetry(known);
      if (tries >= 3 || !(again || wire)) throw error;
    }
  }
}

function tooLate(name: string, notAfterS: number): EwaldError {
  return new EwaldError('refused', name, `the scan was not to begin after ${notAfterS} s on the instrument's clock`, 'plan it anew');
}
