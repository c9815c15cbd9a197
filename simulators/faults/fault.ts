import type { z } from 'zod';
import type { Clock } from '../../src/ports/runtime.ts';
import type { Controller } from '../controller.ts';
import type { LineReach } from '../endpoints/line.ts';
import type { CommandReach, ReplyReach } from '../endpoints/reply-gate.ts';
import type { ResultReach } from '../endpoints/result-shelf.ts';
import type { SampleReach } from '../endpoints/sample-reach.ts';
import type { StripReach } from '../endpoints/strip-reach.ts';
import type { Goniometer } from '../goniometer.ts';
import type { Tamper } from '../mqtt-endpoint.ts';
import type { SampleHolder } from '../sample-holder.ts';
import type { VirtualDiffractometer } from '../virtual-diffractometer.ts';

/** The native contract's stream of messages. */
export interface MessageReach {
  /** Sees every chunk frame that leaves; the returned function takes the tamper away again. */
  addTamper(tamper: Tamper): () => void;
  mute(muted: boolean): void;
  /** While on, the same safety message is sent again and again. */
  repeatSafety(on: boolean): void;
}

export interface NetworkReach {
  dropBroker(): Promise<void>;
  restoreBroker(): Promise<void>;
  cutLink(): void;
  mendLink(): void;
}

/** What the instrument says about its shutter. */
export interface ShutterWord {
  /** From now on it says so, whatever is true; null: the truth. */
  misreadShutter(shows: 'open' | 'closed' | null): void;
}

/** The clock by which the instrument stamps what it says. */
export interface StampReach {
  /** From now on stamps are off by so many ms: somebody has set that clock. */
  shiftStamps(byMs: number): void;
}

/** What a fault can reach on this wire; null where the wire has no such thing. */
export interface WireReach {
  readonly messages: MessageReach | null;
  /** Wires that tell how the shutter stands. */
  readonly shutterWord: ShutterWord | null;
  /** Wires that tell the instrument's time. */
  readonly stamps: StampReach | null;
  /** Only where the broker is embedded. */
  readonly network: NetworkReach | null;
  /** Wires on which single commands are sent. */
  readonly commands: CommandReach | null;
  /** Wires on which replies to several requests travel on one line. */
  readonly replyStream: ReplyReach | null;
  /** Wires of request and reply. */
  readonly replies: ReplyReach | null;
  /** Serial lines. */
  readonly line: LineReach | null;
  /** Wires on which the axes are moved one by one. */
  readonly goniometer: Goniometer | null;
  /** Who may command, on wires with a remote mode. */
  readonly controller: Controller | null;
  /** Wires that leave their results as files. */
  readonly results: ResultReach | null;
  /** Results whose numbers are plain text. */
  readonly textResults: ResultReach | null;
  /** Instruments with a sample changer. */
  readonly samples: SampleReach | null;
  /** Detectors of strips that are read frame by frame. */
  readonly strips: StripReach | null;
  /** Samples that are drawn, not recorded. */
  readonly holder: SampleHolder | null;
}

/** What a fault can reach. Wall times run on `clock`. */
export interface FaultReach extends WireReach {
  readonly device: VirtualDiffractometer;
  readonly clock: Clock;
  /** Aborted when the simulator closes. */
  readonly signal: AbortSignal;
  /** The process disappears. */
  crash(): void;
}

export const NOTHING_TO_REACH: WireReach = {
  messages: null,
  network: null,
  commands: null,
  replyStream: null,
  shutterWord: null,
  stamps: null,
  replies: null,
  line: null,
  goniometer: null,
  controller: null,
  results: null,
  textResults: null,
  samples: null,
  strips: null,
  holder: null,
};

export type Need = keyof WireReach;

/** One way in which the instrument or its wire can fail. `took` is called when the fault really took effect, with what it did. */
export interface Fault<O> {
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType<O>;
  /** What the wire must have for this to occur; null: it can occur on every wire. */
  readonly needs: Need | null;
  apply(reach: FaultReach, options: O, atS: number, took: (effect: string) => void): void;
}

/** Keeps the options' type inside the fault while the registry holds them all. */
export interface AnyFault {
  readonly id: string;
  readonly title: string;
  readonly optionsSchema: z.ZodType;
  readonly needs: Need | null;
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

/** Attaches what takes effect so many times and is then taken away again; it calls `spend` each time. */
export function forTimes(times: number, attach: (spend: () => void) => (() => void) | undefined): void {
  let left = times;
  const remove = attach(() => {
    if (--left === 0) remove?.();
  });
}
