import { lstatSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import * as nodePty from '@lydell/node-pty';
import { badInput, EwaldError } from '../../src/domain/errors.ts';

/** What faults do to a serial line. */
export interface LineReach {
  /** Pulls the plug: the far end loses its port. */
  unplug(): void;
  /** Plugs it in again; `renamed` gives the port another name than before. */
  plug(renamed: boolean): void;
  /** Sends XOFF and reads nothing more, until it is let go with XON. */
  hold(on: boolean): void;
  /** Bytes that come in one go beyond so many are lost, `overflowed` hears how many; null: no bound. */
  boundInput(bytes: number | null, overflowed: (lost: number) => void): void;
}

/** The instrument's end of a serial line. */
export interface Line {
  /** The name under which a driver opens it now. */
  path(): string;
  send(bytes: Uint8Array): void;
  readonly reach: LineReach;
  close(): void;
}

const XON = 0x11;
const XOFF = 0x13;

/** The parts of node-pty that it does not publish: a bare pair of terminals without a program. */
const { open } = nodePty as unknown as { open(options: { encoding: null }): Pair };

interface Pair {
  readonly _pty: string;
  readonly _master: NodeJS.ReadStream & NodeJS.WritableStream;
  readonly _slave: NodeJS.ReadStream;
}

/** A pseudo-terminal: a true port of this computer whose other end is held here. `link` gives it a name that lasts. */
export class PtyLine implements Line {
  readonly reach: LineReach;
  private readonly link: string | null;
  private readonly onBytes: (bytes: Uint8Array) => void;
  private readonly flowControl: boolean;
  private pair: Pair | null = null;
  private linkName: string | null;
  private renames = 0;
  private isHeld = false;
  private isStopped = false;
  private waiting: Uint8Array[] = [];
  private bound: { readonly bytes: number; readonly overflowed: (lost: number) => void } | null = null;

  /**
   * Fails with 'link' where there is no terminal to be had, 'badInput' where `link` is taken by another file. Without flow control XON and XOFF
   * are bytes like others.
   */
  constructor(link: string | null, onBytes: (bytes: Uint8Array) => void, flowControl = true) {
    this.link = link;
    this.flowControl = flowControl;
    this.linkName = link;
    this.onBytes = onBytes;
    this.plugIn();
    this.reach = {
      unplug: () => this.pullOut(),
      plug: (renamed) => {
        if (renamed && this.link !== null) this.linkName = `${this.link}-${++this.renames}`;
        this.plugIn();
      },
      hold: (on) => {
        this.pair?._master.write(Buffer.from([on ? XOFF : XON]));
        this.isHeld = on;
      },
      boundInput: (bytes, overflowed) => {
        this.bound = bytes === null ? null : { bytes, overflowed };
      },
    };
  }

  path(): string {
    return this.linkName ?? this.pair?._pty ?? 'nowhere';
  }

  /** Waits while the other side has stopped the line with XOFF; lost where nothing is plugged in. */
  send(bytes: Uint8Array): void {
    if (this.isStopped) this.waiting.push(bytes);
    else this.pair?._master.write(Buffer.from(bytes));
  }

  close(): void {
    this.pullOut();
  }

  private plugIn(): void {
    if (this.pair) return;
    let pair: Pair;
    try {
      pair = open({ encoding: null });
    } catch (error) {
      throw new EwaldError('link', 'pty', 'no pseudo-terminal can be had here', 'run the simulator on Linux or macOS', error);
    }
    // The library reads from the driver's end too and would eat what is meant for it; a pause alone comes after the first read was begun.
    pair._slave.pause();
    pair._slave.read = () => null;
    // A fresh terminal echoes: what the instrument says before anybody has opened it would come back as a command.
    pair._slave.setRawMode(true);
    pair._master.on('data', (bytes: Buffer) => this.receive(bytes));
    for (const stream of [pair._master, pair._slave]) stream.on('error', () => undefined);
    this.pair = pair;
    if (this.linkName !== null) makeLink(pair._pty, this.linkName);
  }

  private pullOut(): void {
    const { pair } = this;
    this.pair = null;
    this.isStopped = false;
    this.waiting = [];
    pair?._master.destroy();
    pair?._slave.destroy();
    if (this.linkName !== null) dropLink(this.linkName);
  }

  private receive(bytes: Buffer): void {
    if (this.isHeld) return;
    const kept = this.bound ? bytes.subarray(0, this.bound.bytes) : bytes;
    if (kept.length < bytes.length) this.bound?.overflowed(bytes.length - kept.length);
    const told = this.flowControl ? kept.filter((byte) => byte !== XON && byte !== XOFF) : kept;
    for (const byte of this.flowControl ? kept : []) {
      if (byte === XOFF) this.isStopped = true;
      if (byte === XON) this.goOn();
    }
    if (told.length > 0) this.onBytes(told);
  }

  private goOn(): void {
    this.isStopped = false;
    for (const bytes of this.waiting.splice(0)) this.send(bytes);
  }
}

function makeLink(target: string, link: string): void {
  dropLink(link);
  try {
    symlinkSync(target, link);
  } catch (error) {
    throw badInput('link', `the link ${link} cannot be made`, 'name a file that does not exist in a folder that does', error);
  }
}

/** Takes away a link to a terminal; any other file stays. */
function dropLink(link: string): void {
  try {
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith('/dev/')) unlinkSync(link);
  } catch {
    // It was not there.
  }
}
