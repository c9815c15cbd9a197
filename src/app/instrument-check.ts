import { firstValueFrom, timeout } from 'rxjs';
import type { Capabilities, Diffractometer, InstrumentAlert, InstrumentIdentity, SafetyState } from '../ports/diffractometer.ts';
import type { Clock } from '../ports/runtime.ts';
import { findDanger } from '../safety/safety-verdict.ts';

export interface Problem {
  readonly what: string;
  readonly remedy: string;
}

export interface CheckedInstrument {
  readonly identity: InstrumentIdentity;
  readonly capabilities: Capabilities;
  /** null where no safety data came in time. */
  readonly safety: SafetyState | null;
  readonly alerts: readonly InstrumentAlert[];
  /** What keeps it from measuring now, worst first; empty where nothing does. */
  readonly problems: readonly Problem[];
}

const SAFETY_WAIT_MS = 5000;

/** Opens the instrument and asks who it is, what it can and whether it is safe. Moves nothing. The caller closes it. */
export async function checkInstrument(instrument: Diffractometer, clock: Clock, signal: AbortSignal): Promise<CheckedInstrument> {
  const capabilities = await instrument.open(signal);
  const identity = await instrument.identity();
  const standing = new Map<string, InstrumentAlert>();
  const hear = (alert: InstrumentAlert) => {
    const key = `${alert.kind}: ${alert.message}`;
    if (alert.active) standing.set(key, alert);
    else standing.delete(key);
  };
  const ear = instrument.alerts().subscribe({ next: hear, error: () => undefined });
  const safety = await firstValueFrom(instrument.safety().pipe(timeout(SAFETY_WAIT_MS))).catch(() => null);
  ear.unsubscribe();
  const alerts = [...standing.values()];
  return { identity, capabilities, safety, alerts, problems: problemsOf(capabilities, safety, alerts, clock.monotonicMs()) };
}

function problemsOf(
  { hasShutter }: Capabilities,
  safety: SafetyState | null,
  alerts: readonly InstrumentAlert[],
  nowMs: number,
): Problem[] {
  const problems = alerts.map((alert) => ({ what: alert.message, remedy: REMEDY[alert.kind] }));
  const danger = findDanger(safety, nowMs);
  if (danger)
    problems.push({ what: danger, remedy: safety ? 'put it right at the instrument' : 'see that the instrument sends its safety data' });
  if (hasShutter && safety?.shutter === 'unknown') {
    problems.push({ what: 'the shutter does not read back', remedy: 'give the instrument to remote control and look at its shutter' });
  }
  if (safety?.shutter === 'open') {
    problems.push({ what: 'the shutter is open', remedy: 'a scan runs, or somebody left it open: see who measures, then close it' });
  }
  return problems;
}

const REMEDY: Readonly<Record<InstrumentAlert['kind'], string>> = {
  interlock: 'close the doors and reset the interlock at the instrument',
  shutter: 'look at the shutter; do not measure before it moves again',
  generator: 'look at the generator and its cooling water',
  link: 'see that the instrument is on and connected',
  localControl: 'give remote control back to the computer at the instrument',
  device: 'look at the instrument and clear the alarm there',
};
