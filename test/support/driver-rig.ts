import { expect } from '@jest/globals';
import type { Subscription } from 'rxjs';
import { EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, InstrumentAlert, SafetyState } from '../../src/ports/diffractometer.ts';
import { type ManualClock, manualRuntime } from './manual-runtime.ts';

/** A scan, what came of it so far and how it ended. */
export interface WatchedScan {
  readonly chunks: ScanChunk[];
  outcome: 'running' | 'whole' | EwaldError;
  readonly subscription: Subscription;
}

/** A driver before a far end in memory, with time that moves by hand and an ear for all that it says. */
export abstract class DriverRig<D extends Diffractometer> {
  readonly runtime = manualRuntime();
  readonly clock: ManualClock = this.runtime.clock;
  readonly alerts: InstrumentAlert[] = [];
  readonly states: SafetyState[] = [];
  capabilities: Capabilities | null = null;
  abstract readonly driver: D;
  readonly #subscriptions: Subscription[] = [];

  async open(): Promise<this> {
    this.capabilities = await this.clock.during(this.driver.open(new AbortController().signal));
    this.#subscriptions.push(this.driver.alerts().subscribe((alert) => this.alerts.push(alert)));
    this.#subscriptions.push(this.driver.safety().subscribe((state) => this.states.push(state)));
    return this;
  }

  scan(command: ScanCommand): WatchedScan {
    const watched = { chunks: [] as ScanChunk[], outcome: 'running' as WatchedScan['outcome'] };
    const subscription = this.driver.scan(command).subscribe({
      next: (chunk) => watched.chunks.push(chunk),
      error: (error: EwaldError) => {
        watched.outcome = error;
      },
      complete: () => {
        watched.outcome = 'whole';
      },
    });
    return Object.assign(watched, { subscription });
  }

  /** The scan when it is over, one way or the other. */
  async over(watched: WatchedScan): Promise<WatchedScan> {
    await this.clock.until(() => watched.outcome !== 'running');
    return watched;
  }

  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    await this.clock.during(this.driver.close());
  }
}

/** The error that a scan ended with. */
export function failureOf({ outcome }: Pick<WatchedScan, 'outcome'>): EwaldError {
  expect(outcome).toBeInstanceOf(EwaldError);
  return outcome as EwaldError;
}

/** Everything that was measured, end to end. */
export function joined({ chunks }: Pick<WatchedScan, 'chunks'>): {
  readonly deg: number[];
  readonly counts: number[];
  readonly liveS: number[];
} {
  return {
    deg: chunks.flatMap(({ twoThetaDeg }) => [...twoThetaDeg]),
    counts: chunks.flatMap(({ counts }) => [...counts]),
    liveS: chunks.flatMap(({ liveS }) => [...liveS]),
  };
}
