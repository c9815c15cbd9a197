import { patientClock } from '../patient-clock.ts';

const clock = patientClock();

/** Returns once `isTrue`; fails with `what` was waited for after `withinMs`. */
export async function waitUntil(isTrue: () => boolean, what: string, withinMs = 4000): Promise<void> {
  const endMs = clock.monotonicMs() + withinMs;
  while (!isTrue()) {
    if (clock.monotonicMs() > endMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await clock.sleep(3);
  }
}
