import { type Observable, Subject } from 'rxjs';
import type { BytePort } from '../../drivers/transport/byte-port.ts';
import { EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';

/** What the fake far end does with one command. */
export type Reaction = 'as usual' | 'no answer' | 'not carried out' | 'garbled' | 'twice' | 'late';

interface RunningScan {
  readonly words: string;
  readonly startMs: number;
  readonly dwellMs: number;
  readonly total: number;
  made: number;
}

/** A D5000 as the public description has it, in memory: it answers at once, moves in no time, and counts point number k as k + 1. */
export class FakeDaco implements BytePort {
  readonly path = '/dev/fake';
  readonly #clock: Clock;
  readonly #out = new Subject<Uint8Array>();
  isOpen = false;
  plugged = true;
  /** XOFF for ever: nothing that is written leaves. */
  held = false;
  /** Every command that arrived, in order. */
  readonly heard: string[] = [];
  /** Scans that were begun. */
  readonly executed: string[] = [];
  /** Decides about each command; by default everything works. */
  react: (command: string, index: number) => Reaction = () => 'as usual';
  twoThetaDeg: string = '30.000';
  thetaDeg: string = '15.000';
  remote = true;
  shutterOpen = false;
  /** The shutter does not follow TW. */
  stuck = false;
  ready = (1 << 0) | (1 << 1) | (1 << 13) | (1 << 14);
  alarms = 0;
  trapped = 0;
  abortReason = 0;
  stored: number[] = [];
  remaining = 0;
  sequence = 0;
  #input = '';
  #scan: RunningScan | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(): Promise<void> {
    if (!this.plugged) throw new EwaldError('link', this.path, `there is no port ${this.path}`, 'plug it in');
    this.isOpen = true;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }

  received(): Observable<Uint8Array> {
    return this.#out;
  }

  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    if (!this.plugged || !this.isOpen) {
      this.isOpen = false;
      throw new EwaldError('link', this.path, `the port ${this.path} is closed or gone`, 'plug it in');
    }
    if (this.held) {
      await this.#clock.sleep(timeoutMs);
      this.isOpen = false;
      throw new EwaldError('timeout', this.path, 'nothing could be sent', 'look at the line');
    }
    if (bytes.length > 16) throw new Error('more bytes at once than the input buffer holds');
    this.#input += Buffer.from(bytes).toString('latin1');
    if (!this.#input.endsWith('\u0005')) return;
    if (this.#input[0] !== '\u0001' || this.#input.at(-2) !== '\r') throw new Error('a command without SOH and CR');
    const command = this.#input.slice(1, -2);
    this.#input = '';
    const reaction = this.react(command, this.heard.length);
    this.heard.push(command);
    if (reaction === 'not carried out') return;
    const answer = this.#obey(command);
    if (reaction === 'no answer') return;
    const garbled = reaction === 'garbled' ? `${answer.slice(0, 3)}\u0002${answer.slice(4)}` : answer;
    const say = () => this.say(`\u0001${garbled}\r`);
    if (reaction === 'late') void this.#clock.sleep(1500).then(say);
    else queueMicrotask(say);
    if (reaction === 'twice') queueMicrotask(say);
  }

  /** Bytes from the far end. */
  say(text: string): void {
    if (this.isOpen && this.plugged) this.#out.next(Buffer.from(text, 'latin1'));
  }

  /** Somebody opens the door: the beam falls, and the running scan is broken off. */
  openDoor(): void {
    this.shutterOpen = false;
    this.alarms |= 64;
    this.#end(1);
  }

  count(letters: string): number {
    return this.heard.filter((command) => command.startsWith(letters)).length;
  }

  #obey(command: string): string {
    this.#advance();
    const letters = command.slice(0, 2);
    const numbers = command.slice(2).split(',').map(Number);
    if (letters === 'ST') return this.#status();
    if (!this.remote && letters !== 'RC') return '?4';
    if (letters === 'TW' && !this.stuck) this.shutterOpen = numbers[0] === 1;
    if (letters === 'HT') this.#end(0);
    if (letters === 'GO') this.#go(numbers[0]!, numbers[1]!);
    if (letters === 'IN') this.#go(0, numbers[0]!);
    if (letters === 'SS' || letters === 'SC') return this.#start(command, numbers);
    if (letters === 'MV')
      return `MV${this.stored
        .splice(0, numbers[0])
        .map((value) => value.toFixed(4))
        .join(',')}`;
    return '';
  }

  #go(deg: number, axis: number): void {
    if (axis === 1) this.twoThetaDeg = deg.toFixed(3);
    if (axis === 2) this.thetaDeg = deg.toFixed(3);
  }

  #start(words: string, [steps, dwellS]: number[]): string {
    if ((dwellS ?? 0) < 0.8) return '?3';
    if (this.#scan) return '?12';
    this.executed.push(words);
    this.#scan = { words, startMs: this.#clock.monotonicMs(), dwellMs: (dwellS ?? 1) * 1000, total: (steps ?? 0) + 1, made: 0 };
    this.remaining = this.#scan.total;
    this.sequence = 4;
    this.abortReason = 0;
    return '';
  }

  #advance(): void {
    const scan = this.#scan;
    if (!scan) return;
    const due = Math.min(scan.total, Math.floor((this.#clock.monotonicMs() - scan.startMs) / scan.dwellMs));
    for (; scan.made < due; scan.made++) this.stored.push(scan.made + 1);
    this.remaining = scan.total - scan.made;
    if (this.remaining > 0) return;
    this.#scan = null;
    this.sequence = 0;
  }

  #end(abortReason: number): void {
    this.#advance();
    if (!this.#scan) return;
    this.#scan = null;
    this.sequence = 0;
    this.abortReason = abortReason;
    this.stored = [];
    this.remaining = 0;
  }

  #status(): string {
    const words = [this.ready, 0, this.alarms, this.trapped, 2, this.sequence, this.remaining, this.stored.length];
    const angles = [this.twoThetaDeg, this.thetaDeg, '', '', '', '', '', '', '', '0', ''];
    const abort = this.abortReason === 0 ? ['', '', ''] : [this.abortReason, 0, this.alarms];
    return `ST${[...angles, '12.000', '1.000', '0', '', '', '', ...words, ...abort].join(',')}`;
  }
}
