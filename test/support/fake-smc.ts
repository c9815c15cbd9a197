import type { Clock } from '../../src/ports/runtime.ts';
import { FakeLine } from './fake-line.ts';

const READY = 1 + 128;
const HOMED_ENABLED = 16 + 32;

interface Axis {
  fromDeg: number;
  toDeg: number;
  sinceMs: number;
}

/** What a test may turn. */
export interface SmcMood {
  /** So many gotos are not heard. */
  deafGotos: number;
  /** Ready bits come so long before the axis arrives, ms. */
  earlyMs: number;
  /** The axis stops where it is after so much of its way, and says so by nothing. */
  stuckAtDeg: number | null;
  /** More bits of the state word. */
  bits: number;
  /** Bits that are missing in it. */
  lacking: number;
  error: string;
  /** Said in place of the next answer, or nothing where it is empty. */
  readonly instead: string[];
  silent: boolean;
  /** Sent along unasked after the next answer. */
  stray: string | null;
  encoderOffDeg: number;
}

/** A goniometer's controller on lines in memory, made from its public description alone. */
export class FakeSmc {
  readonly heard: string[] = [];
  readonly mood: SmcMood = {
    deafGotos: 0,
    earlyMs: 0,
    stuckAtDeg: null,
    bits: 0,
    lacking: 0,
    error: '0 no error',
    instead: [],
    silent: false,
    stray: null,
    encoderOffDeg: 0,
  };
  readonly #clock: Clock;
  readonly #speedDegPerS: number;
  readonly #axes = new Map<number, Axis>();
  readonly #rest = new Map<FakeLine, string>();

  constructor(clock: Clock, speedDegPerS = 5) {
    this.#clock = clock;
    this.#speedDegPerS = speedDegPerS;
  }

  connect(): FakeLine {
    return new FakeLine(
      'smc',
      (line) => this.#say(line, 'smc 1.2.1093'),
      (line, text) => this.#hear(line, text),
    );
  }

  get gotos(): number[] {
    return this.heard.filter((text) => text.startsWith('goto1:')).map((text) => Number(text.slice(6)));
  }

  deg(axis: number): number {
    const { fromDeg, toDeg, sinceMs } = this.#axis(axis);
    const gone = (this.#speedDegPerS * (this.#clock.monotonicMs() - sinceMs)) / 1000;
    const way = Math.min(Math.abs(toDeg - fromDeg), gone);
    const deg = fromDeg + Math.sign(toDeg - fromDeg) * way;
    const { stuckAtDeg } = this.mood;
    return stuckAtDeg !== null && deg > stuckAtDeg ? stuckAtDeg : deg;
  }

  /** Puts the axis somewhere, as a hand would. */
  push(axis: number, deg: number): void {
    this.#axes.set(axis, { fromDeg: deg, toDeg: deg, sinceMs: 0 });
  }

  #hear(line: FakeLine, text: string): void {
    const lines = ((this.#rest.get(line) ?? '') + text).split('\r\n');
    this.#rest.set(line, lines.pop()!);
    for (const command of lines) this.#obey(line, command);
  }

  #obey(line: FakeLine, command: string): void {
    this.heard.push(command);
    const match = /^(\?[a-z]+|goto|quit)(\d*)(?::(-?[\d.]+))?$/.exec(command);
    if (!match) return;
    const [, word, number, value] = match;
    const axis = Number(number);
    if (word === 'goto') {
      if (this.mood.deafGotos-- > 0) return;
      this.#axes.set(axis, { fromDeg: this.deg(axis), toDeg: Number(value), sinceMs: this.#clock.monotonicMs() });
    } else if (word === 'quit') {
      for (const moving of this.#axes.keys()) this.push(moving, this.deg(moving));
    } else this.#answer(line, word!, axis);
  }

  #answer(line: FakeLine, word: string, axis: number): void {
    if (this.mood.silent) return;
    const instead = this.mood.instead.shift();
    if (instead !== undefined) {
      if (instead !== '') this.#say(line, instead);
      return;
    }
    if (word === '?v') this.#say(line, 'smc 1.2.1093');
    else if (word === '?s') this.#say(line, `${axis}:${this.#state(axis)};`);
    else if (word === '?p') this.#say(line, `${axis}:${this.deg(axis).toFixed(4)};`);
    else if (word === '?e') this.#say(line, `${axis}:${(this.deg(axis) + this.mood.encoderOffDeg).toFixed(5)};`);
    else if (word === '?err') this.#say(line, `${axis}:${this.mood.error}`);
    if (this.mood.stray !== null) {
      this.#say(line, this.mood.stray);
      this.mood.stray = null;
    }
  }

  #state(axis: number): number {
    const { toDeg } = this.#axis(axis);
    const leftMs = (Math.abs(toDeg - this.deg(axis)) / this.#speedDegPerS) * 1000;
    const arrived = leftMs <= this.mood.earlyMs || this.mood.stuckAtDeg === this.deg(axis);
    return ((HOMED_ENABLED + (arrived ? READY : 64)) | this.mood.bits) & ~this.mood.lacking;
  }

  #axis(axis: number): Axis {
    const known = this.#axes.get(axis) ?? { fromDeg: 0, toDeg: 0, sinceMs: 0 };
    this.#axes.set(axis, known);
    return known;
  }

  #say(line: FakeLine, text: string): void {
    line.say(Buffer.from(`${text}\r\n`, 'latin1'));
  }
}
