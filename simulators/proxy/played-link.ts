import type { Clock } from '../../src/ports/runtime.ts';
import { joined, shown } from './byte-pattern.ts';
import { lookAtConnect } from './mqtt-connect.ts';
import type { RecordedLink } from './recording.ts';
import type { Attach, WireEnd } from './wire-end.ts';

export interface PlayedLinkDeps {
  readonly clock: Clock;
  /** Recorded pauses are divided by it. */
  readonly speed: number;
  readonly signal: AbortSignal;
  /** Hears how much was heard and said, or where the controller departed from the recording. */
  readonly over: (result: { readonly heardBytes: number; readonly saidBytes: number } | string) => void;
}

/** One recorded link with a controller on it. */
export class PlayedLink {
  private readonly recorded: RecordedLink;
  private readonly deps: PlayedLinkDeps;
  private readonly end: WireEnd;
  private readonly ending = new AbortController();
  private heard = 0;
  private said = 0;
  private saidBytes = 0;
  private isSpeaking = false;
  private start: Uint8Array | null;

  constructor(recorded: RecordedLink, attach: Attach, deps: PlayedLinkDeps) {
    this.recorded = recorded;
    this.deps = deps;
    // A recorded CONNECT has asterisks for a password; what comes is compared without its password too.
    this.start = lookAtConnect(recorded.request).kind === 'blanked' ? new Uint8Array(0) : null;
    this.end = attach({
      bytes: (bytes) => this.hear(bytes),
      finished: () => this.leave('closed the link'),
      gone: (why) => this.leave(why === null ? 'was gone' : `was gone (${why})`),
    });
    deps.signal.addEventListener('abort', () => this.end.close('end'), { once: true });
    void this.speak();
  }

  private hear(bytes: Uint8Array): void {
    if (this.isOver()) return;
    const known = this.withoutPassword(bytes);
    const { request, link } = this.recorded;
    for (const [i, byte] of known.entries()) {
      const at = this.heard + i;
      if (byte === request[at]) continue;
      const context = Math.max(0, i - 8);
      const expected = at >= request.length ? 'nothing more' : `'${shown(request.subarray(this.heard + context))}'`;
      this.finish(`byte ${at} of link ${link}: recorded was ${expected}, and '${shown(known.subarray(context))}' came`);
      return;
    }
    this.heard += known.length;
    void this.speak();
  }

  /** Holds the beginning back until its CONNECT is whole. */
  private withoutPassword(bytes: Uint8Array): Uint8Array {
    if (this.start === null) return bytes;
    this.start = joined(this.start, bytes);
    const look = lookAtConnect(this.start);
    if (look.kind === 'unfinished') return new Uint8Array(0);
    const known = look.kind === 'blanked' ? look.bytes : this.start;
    this.start = null;
    return known;
  }

  /** Says what is due, in order, with the recorded pauses. */
  private async speak(): Promise<void> {
    if (this.isSpeaking) return;
    this.isSpeaking = true;
    const { utterances, endedAfterHeard, request } = this.recorded;
    for (let next = utterances[this.said]; next && next.afterHeard <= this.heard; next = utterances[this.said]) {
      const pauseMs = next.pauseMs / this.deps.speed;
      if (pauseMs > 0) await this.deps.clock.sleep(pauseMs, this.ending.signal).catch(() => undefined);
      if (this.isOver()) return;
      this.said++;
      this.saidBytes += next.bytes.length;
      await this.end.send(next.bytes);
    }
    this.isSpeaking = false;
    const isAllSaid = this.said === utterances.length;
    if (isAllSaid && endedAfterHeard !== null && this.heard >= request.length) this.finish(null);
    // What came while the last piece left may have made the next one due.
    else if (!isAllSaid && utterances[this.said]!.afterHeard <= this.heard) void this.speak();
  }

  private leave(how: string): void {
    if (this.isOver()) return;
    const { request, link, utterances } = this.recorded;
    if (this.heard < request.length)
      this.finish(
        `it ${how} on link ${link} after ${this.heard} of ${request.length} bytes, before '${shown(request.subarray(this.heard))}'`,
      );
    else if (this.said < utterances.length)
      this.finish(`it ${how} on link ${link} with ${utterances.length - this.said} recorded answers still to come`);
    else this.finish(null);
  }

  private finish(departure: string | null): void {
    if (this.isOver()) return;
    this.ending.abort();
    this.end.close(departure === null ? 'end' : 'reset');
    this.deps.over(departure ?? { heardBytes: this.heard, saidBytes: this.saidBytes });
  }

  private isOver(): boolean {
    return this.ending.signal.aborted || this.deps.signal.aborted;
  }
}
