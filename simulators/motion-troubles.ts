interface Trouble<T> {
  readonly is: T;
  readonly took: () => void;
}

/** What goes wrong with the next motion of any axis. `took` is called when it does. */
export class MotionTroubles {
  private missDeg: Trouble<number> | null = null;
  private earlyS: Trouble<number> | null = null;
  private stall: Trouble<true> | null = null;

  /** The next motion ends beside its target. */
  missNext(byDeg: number, took: () => void): void {
    this.missDeg = { is: byDeg, took };
  }

  /** The next motion is called finished so much before it is. */
  readyEarlyNext(byS: number, took: () => void): void {
    this.earlyS = { is: byS, took };
  }

  /** The next motion stops half way and never ends. */
  stallNext(took: () => void): void {
    this.stall = { is: true, took };
  }

  /** A motion begins: what is wrong with it, and nothing any more with the one after; `earlyS` is null where nothing was said of it. */
  take(): { readonly missDeg: number; readonly earlyS: number | null; readonly stalls: boolean } {
    const { missDeg, earlyS, stall } = this;
    this.missDeg = null;
    this.earlyS = null;
    this.stall = null;
    for (const trouble of [missDeg, earlyS, stall]) trouble?.took();
    return { missDeg: missDeg?.is ?? 0, earlyS: earlyS?.is ?? null, stalls: stall !== null };
  }
}
