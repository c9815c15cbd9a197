import { connect, type Socket } from 'node:net';
import { type Observable, Subject } from 'rxjs';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { BytePort } from './byte-port.ts';
import { within } from './deadline.ts';
import type { TcpAddress } from './tcp-exchange.ts';

/** A TCP connection that stays, opened again where it was lost. */
export function tcpBytePort(address: TcpAddress, connectTimeoutMs: number, clock: Clock): BytePort {
  return new TcpBytePort(address, connectTimeoutMs, clock);
}

class TcpBytePort implements BytePort {
  readonly path: string;
  readonly #address: TcpAddress;
  readonly #connectTimeoutMs: number;
  readonly #clock: Clock;
  readonly #received = new Subject<Uint8Array>();
  #socket: Socket | null = null;

  constructor(address: TcpAddress, connectTimeoutMs: number, clock: Clock) {
    this.path = `${address.host}:${address.port}`;
    this.#address = address;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === 'open';
  }

  received(): Observable<Uint8Array> {
    return this.#received;
  }

  async open(): Promise<void> {
    if (this.isOpen) return;
    await this.close();
    const socket = connect(this.#address);
    this.#socket = socket;
    // A socket without delay and with a watch on the far end: a command is a few bytes, and a dead peer says nothing.
    socket.setNoDelay(true).setKeepAlive(true, 5000);
    socket.on('data', (bytes: Buffer) => {
      if (this.#socket === socket) this.#received.next(bytes);
    });
    // An end or an error leaves a closed port; whoever waits for a reply has his own deadline.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    const opened = new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('it was closed at once')));
    });
    try {
      await within(this.#clock, this.#connectTimeoutMs, opened, () => new Error(`no answer within ${this.#connectTimeoutMs} ms`));
    } catch (error) {
      socket.destroy();
      const why = asEwaldError(error).message;
      const remedy = 'see that the device is on and in the network, and that host and port are right';
      throw new EwaldError('link', this.path, `there is no connection to ${this.path}: ${why}`, remedy, error);
    }
  }

  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    const socket = this.#socket;
    if (!socket || !this.isOpen) throw gone(this.path);
    const sent = new Promise<void>((resolve, reject) => {
      socket.write(bytes, (error) => (error ? reject(gone(this.path, error)) : resolve()));
    });
    const late = () =>
      new EwaldError('timeout', this.path, `${this.path} takes nothing for ${timeoutMs} ms`, 'see that the device is well');
    try {
      await within(this.#clock, timeoutMs, sent, late);
    } catch (error) {
      // What is still queued must never leave later.
      await this.close();
      throw asEwaldError(error);
    }
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }
}

function gone(path: string, cause?: unknown): EwaldError {
  return new EwaldError('link', path, `the connection to ${path} is closed or gone`, 'see that the device is on and in the network', cause);
}
