import { lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../src/ports/runtime.ts';

/** What happens to the folder instead of one whole file: acts in order, each so many wall ms after the one before. */
export type ShelfAct =
  | { readonly kind: 'write'; readonly name: string; readonly text: string; readonly afterMs: number }
  /** The file is there under its name and nobody can open it. */
  | { readonly kind: 'lock'; readonly name: string; readonly afterMs: number };

export interface Result {
  readonly name: string;
  readonly text: string;
}

/** Turns one result into what really happens; null where it wants nothing of it. */
export type ResultTamper = (result: Result) => readonly ShelfAct[] | null;

/** What faults do to results that are files. */
export interface ResultReach {
  addTamper(tamper: ResultTamper): () => void;
  /** Hears of every measurement when it begins, with the name that its result will have. */
  onBegin(hook: (name: string) => void): () => void;
  /** Puts a file there at once, whatever is measured. */
  put(result: Result): void;
  /** A result as an earlier job would have left it: other angles, other counts. */
  earlier(): string;
}

/** The folder where results appear. Undisturbed, a file is whole as soon as its name is there. */
export class ResultShelf implements ResultReach {
  readonly folder: string;
  readonly earlier: () => string;
  private readonly clock: Clock;
  private readonly signal: AbortSignal;
  private readonly tampers = new Set<ResultTamper>();
  private readonly hooks = new Set<(name: string) => void>();
  private made = 0;
  private stampShiftMs = 0;

  /** Makes the folder where it is not there. */
  constructor(folder: string, earlier: () => string, clock: Clock, signal: AbortSignal) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.earlier = earlier;
    this.clock = clock;
    this.signal = signal;
  }

  addTamper(tamper: ResultTamper): () => void {
    this.tampers.add(tamper);
    return () => {
      this.tampers.delete(tamper);
    };
  }

  onBegin(hook: (name: string) => void): () => void {
    this.hooks.add(hook);
    return () => {
      this.hooks.delete(hook);
    };
  }

  shiftStamps(byMs: number): void {
    this.stampShiftMs += byMs;
  }

  /** `ms` since the epoch as the clock of the computer that writes results has it. */
  stampMs(ms: number): number {
    return ms + this.stampShiftMs;
  }

  begin(name: string): void {
    for (const hook of [...this.hooks]) hook(name);
  }

  /** Settles when everything has happened to it that will. */
  async deliver(result: Result): Promise<void> {
    let acts: readonly ShelfAct[] | null = null;
    for (const tamper of this.tampers) {
      acts = tamper(result);
      if (acts) break;
    }
    if (!acts) return this.put(result);
    for (const act of acts) {
      if (act.afterMs > 0) await this.clock.sleep(act.afterMs, this.signal).catch(() => undefined);
      if (this.signal.aborted) return;
      if (act.kind === 'write') this.writeInPlace(act.name, act.text);
      else this.lock(act.name);
    }
  }

  put({ name, text }: Result): void {
    const temporary = join(this.folder, `.${++this.made}.tmp`);
    writeFileSync(temporary, text);
    renameSync(temporary, join(this.folder, name));
  }

  private writeInPlace(name: string, text: string): void {
    const path = join(this.folder, name);
    if (isLink(path)) rmSync(path);
    writeFileSync(path, text);
  }

  /** A link to itself: listed like a file, and opening it fails for everybody, the administrator too. */
  private lock(name: string): void {
    const path = join(this.folder, name);
    rmSync(path, { force: true });
    symlinkSync(name, path);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
