import type { SafetyState } from '../ports/diffractometer.ts';

/** Why it is not safe now, in one sentence; null where it is. Missing and stale mean unsafe. */
export function findDanger(state: SafetyState | null, nowMs: number): string | null {
  if (!state) return 'there are no safety data';
  if (!(state.validUntilMs > nowMs)) return 'the safety data are stale';
  if (state.emergencyStop) return 'the emergency stop is pressed';
  if (!state.interlockClosed) return 'the interlock is open';
  if (!state.doorsClosed) return 'a door is open';
  if (!state.generatorOn) return 'the generator is off';
  return null;
}
