import type { z } from 'zod';
import type { Clock } from '../../src/ports/runtime.ts';
import type { Tamper } from '../mqtt-endpoint.ts';
import type { VirtualDiffractometer } from '../virtual-diffractometer.ts';

/** What a fault can reach. Wall times run on `clock`. */
export interface FaultReach {
  readonly device: VirtualDiffractometer;
  readonly clock: Clock;
  /** Aborted when the simulator closes. */
  readonly signal: AbortSignal;
  /** Sees every chunk frame that leaves; the returned function takes the tamper away again. */
  addTamper(tamper: Tamper): () => void;
  mute(muted: boolean): void;
  /** The process disappears. */
  crash(): void;
  /** Only where the broker is embedded. */
  readonly network: {
    dropBroker(): Promise<void>;
    restoreBroker(): Promise<void>;
    cutLink(): void;
    mendLink(): void;
  } | null;
}

/** One way in which the instrument or its wire can fail. `took` is called when the fault really took effect, with what it did. */
export interface Fault<O> {
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType<O>;
  readonly needsEmbeddedBroker: boolean;
  apply(reach: FaultReach, options: O, atS: number, took: (effect: string) => void): void;
}

/** Keeps the options' type inside the fault while the registry holds them all. */
export interface AnyFault {
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType;
  readonly needsEmbeddedBroker: boolean;
  apply(reach: FaultReach, options: unknown, atS: number, took: (effect: string) => void): void;
}

/** Runs `act` after so many wall seconds, unless the simulator closes before. */
export function afterWallS(reach: FaultReach, seconds: number, act: () => void): void {
  reach.clock.sleep(seconds * 1000, reach.signal).then(
    () => {
      if (!reach.signal.aborted) act();
    },
    () => undefined, // closed before
  );
}
