import type { Capabilities } from '../../ports/diffractometer.ts';

/** An instrument that measures where it is told, hands points over as they come, knows its scans by name and can be stopped; its bounds are to be said. */
export const FREE_INSTRUMENT = {
  rasters: 'free',
  programs: 'free',
  delivers: 'stream',
  canFind: true,
  canAbort: true,
  hasShutter: true,
} as const satisfies Partial<Capabilities>;
