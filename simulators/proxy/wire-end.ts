/** One end of a link: what is sent here goes to the controller, or to the instrument. */
export interface WireEnd {
  /** Undefined where it left at once; else settles when there is room again. */
  send(bytes: Uint8Array): Promise<void> | undefined;
  /** No more bytes follow in this direction. */
  finish(): void;
  close(how: 'end' | 'reset'): void;
  /** Reads no more while held. */
  hold(on: boolean): void;
}

/** What a link hears from one of its ends. */
export interface EndEars {
  bytes(bytes: Uint8Array): void;
  /** It sends no more, and may still listen. */
  finished(): void;
  /** It is gone; `why` is null where it went in peace. */
  gone(why: string | null): void;
}

export type Attach = (ears: EndEars) => WireEnd;

/** The side of the controller: it comes when it likes. */
export interface NearSide {
  address(): { readonly url: string } & Readonly<Record<string, unknown>>;
  /** `onLink` hears of each controller that comes. Fails with 'link'. */
  open(onLink: (attach: Attach) => void): Promise<void>;
  /** Whoever comes is turned away, which `turnedAway` hears; null: all are let in. */
  refuse(turnedAway: (() => void) | null): void;
  close(): void;
}

/** The side of the instrument. */
export interface FarSide {
  readonly name: string;
  /** Fails with 'link' or 'busy' where it is known at once that nothing is there. */
  open(): Promise<void>;
  attach: Attach;
  /** False where it can serve one link at a time and has one. */
  isFree(): boolean;
  close(): Promise<void>;
}
