import type { Clock } from '../../src/ports/runtime.ts';
import { FakeLine } from './fake-line.ts';

export const FAKE_CHANNELS = 1280;

/** What a test may turn. */
export interface MythenMood {
  /** Error codes given in place of the next frames. */
  readonly readoutErrors: number[];
  /** Bytes put before or after the next frame, or taken off its end where negative. */
  frameExcess: number;
  /** Bytes that come by themselves just after the next frame. */
  lateBytes: number;
  readonly silentTo: Set<string>;
  /** What strips count in place of what shines on them. */
  readonly strips: Map<number, number>;
  /** Read back whatever was set. */
  readonly stubborn: Map<string, number>;
  /** Share of the light that reaches the strips. */
  light: number;
  /** The next exposure is over after this share of its time. */
  share: number;
  neverStops: boolean;
  /** So many frames are lost, and the one before comes in their place. */
  oldFrames: number;
}

/**
 * A strip detector on lines in memory, made from its public description alone. It counts what `rateCps` says without chance, but for one count more
 * in another strip of each frame.
 */
export class FakeMythen {
  readonly heard: string[] = [];
  readonly values = new Map<string, number>([
    ['nmodules', 1],
    ['nbits', 16],
    ['frames', 5],
    ['ratecorrection', 1],
    ['flatfieldcorrection', 1],
    ['badchannelinterpolation', 1],
    ['trigen', 0],
    ['conttrigen', 0],
    ['gateen', 0],
  ]);
  readonly bad = new Int32Array(FAKE_CHANNELS);
  flatField: Int32Array | null = new Int32Array(FAKE_CHANNELS).fill(1000);
  readonly mood: MythenMood = {
    readoutErrors: [],
    frameExcess: 0,
    lateBytes: 0,
    silentTo: new Set(),
    strips: new Map(),
    stubborn: new Map(),
    light: 1,
    share: 1,
    neverStops: false,
    oldFrames: 0,
  };
  /** Exposures that were counted to their end. */
  finished = 0;
  readonly #clock: Clock;
  readonly #rateCps: (strip: number) => number;
  #ticks = 10_000_000n;
  #kthresh = 6.4;
  #exposure: { readonly fromMs: number; readonly untilMs: number; readonly countedS: number } | null = null;
  readonly #frames: Int32Array[] = [];
  #made = 0;
  #read: Int32Array | undefined;

  constructor(clock: Clock, rateCps: (strip: number) => number) {
    this.#clock = clock;
    this.#rateCps = rateCps;
  }

  connect(): FakeLine {
    return new FakeLine(
      'mythen',
      () => undefined,
      (line, text) => {
        this.heard.push(text);
        const reply = this.#reply(text);
        const word = text
          .split(' ')
          .slice(0, text.startsWith('-get') ? 2 : 1)
          .join(' ');
        if (!reply || this.mood.silentTo.has(word)) return;
        // In two pieces, as a network may cut it.
        const cut = Math.min(4, reply.length >> 1);
        if (cut > 0) line.say(reply.subarray(0, cut));
        line.say(reply.subarray(cut));
        if (text === '-readout' && this.mood.lateBytes > 0) {
          const late = new Uint8Array(this.mood.lateBytes);
          this.mood.lateBytes = 0;
          setImmediate(() => line.say(late));
        }
      },
    );
  }

  /** Somebody else has it count for ever. */
  occupy(): void {
    this.#exposure = { fromMs: this.#clock.monotonicMs(), untilMs: Number.POSITIVE_INFINITY, countedS: 1 };
  }

  #reply(text: string): Buffer | null {
    this.#settle();
    const [word, value] = text.startsWith('-get ') ? [text, ''] : (text.split(' ') as [string, string]);
    switch (word) {
      case '-get version':
        return Buffer.from('M4.1.0\0', 'latin1');
      case '-get status':
        return int32s([(this.#exposure ? 1 : 0) | (this.#frames.length === 0 ? 1 << 16 : 0)]);
      case '-get time': {
        const reply = Buffer.alloc(8);
        reply.writeBigInt64LE(this.#ticks);
        return reply;
      }
      case '-get modchannels':
        return int32s([FAKE_CHANNELS]);
      case '-get badchannels':
        return int32s(this.bad);
      case '-get flatfield':
        return int32s(this.flatField ?? [-10]);
      case '-get kthresh': {
        const reply = Buffer.alloc(4);
        reply.writeFloatLE(this.#kthresh);
        return reply;
      }
      case '-kthresh':
        this.#kthresh = Number(value);
        return int32s([0]);
      case '-settings':
        return int32s([['Cu', 'Mo', 'Cr', 'Ag'].includes(value!) ? 0 : -3]);
      case '-time':
        this.#ticks = BigInt(value!);
        return int32s([0]);
      case '-start':
        return this.#start();
      case '-stop':
        if (this.#exposure && !this.mood.neverStops) {
          this.#frames.push(this.#frame(0));
          this.#exposure = null;
        }
        return int32s([0]);
      case '-readout':
        return this.#readOut();
      default:
        return this.#setting(word, value!);
    }
  }

  #setting(word: string, value: string): Buffer {
    const name = word.replace(/^-(get )?/, '');
    const known = this.values.get(name);
    if (known === undefined) return int32s([-1]);
    if (word.startsWith('-get ')) return int32s([this.mood.stubborn.get(name) ?? known]);
    this.values.set(name, Number(value));
    return int32s([0]);
  }

  #start(): Buffer {
    if (this.#exposure) return int32s([-7]);
    const countedS = (Number(this.#ticks) / 1e7) * this.mood.share;
    const fromMs = this.#clock.monotonicMs();
    this.#exposure = { fromMs, untilMs: fromMs + 1000 * countedS, countedS };
    this.mood.share = 1;
    return int32s([0]);
  }

  #readOut(): Buffer {
    const error = this.mood.readoutErrors.shift();
    const counted = this.#frames.shift();
    const isOld = counted !== undefined && this.#read !== undefined && this.mood.oldFrames > 0;
    if (isOld) this.mood.oldFrames--;
    const frame = isOld ? this.#read : counted;
    this.#read = frame ?? this.#read;
    if (error !== undefined) return int32s([error]);
    if (!frame) return int32s([this.#exposure ? -7 : -6]);
    const reply = int32s(frame);
    const { frameExcess } = this.mood;
    this.mood.frameExcess = 0;
    return frameExcess < 0 ? reply.subarray(0, frameExcess) : Buffer.concat([Buffer.alloc(frameExcess), reply]);
  }

  #settle(): void {
    if (!this.#exposure || this.#clock.monotonicMs() < this.#exposure.untilMs) return;
    this.#frames.push(this.#frame(this.#exposure.countedS));
    this.#exposure = null;
    this.finished++;
  }

  #frame(countedS: number): Int32Array {
    this.#made++;
    return Int32Array.from({ length: FAKE_CHANNELS }, (_, strip) => {
      if (this.bad[strip] !== 0) return -2;
      const count = Math.round(this.#rateCps(strip) * this.mood.light * countedS);
      return this.mood.strips.get(strip) ?? (count > 0 && strip === this.#made % FAKE_CHANNELS ? count + 1 : count);
    });
  }
}

function int32s(values: ArrayLike<number>): Buffer {
  const reply = Buffer.alloc(4 * values.length);
  for (let i = 0; i < values.length; i++) reply.writeInt32LE(values[i]!, 4 * i);
  return reply;
}
