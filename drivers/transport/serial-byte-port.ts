import { readdir } from 'node:fs/promises';
import { type Observable, Subject } from 'rxjs';
import { SerialPort } from 'serialport';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { BytePort } from './byte-port.ts';
import { within } from './deadline.ts';

export interface SerialLine {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  /** XON/XOFF in both directions. */
  readonly softwareFlowControl: boolean;
}

const CLOSE_MS = 1000;
const OPEN_MS = 5000;

/** A serial port of this computer, or a pseudo-terminal. */
export function serialBytePort(line: SerialLine, clock: Clock): BytePort {
  return new SerialBytePort(line, clock);
}

class SerialBytePort implements BytePort {
  readonly path: string;
  readonly #line: SerialLine;
  readonly #clock: Clock;
  readonly #received = new Subject<Uint8Array>();
  #port: SerialPort | null = null;
  /** The far end took nothing for too long. */
  #held = false;

  constructor(line: SerialLine, clock: Clock) {
    this.path = line.path;
    this.#line = line;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#port?.isOpen === true;
  }

  received(): Observable<Uint8Array> {
    return this.#received;
  }

  async open(): Promise<void> {
    if (this.isOpen) return;
    await this.close();
    if (this.#held && this.#line.softwareFlowControl) {
      // A single damaged byte can look like XOFF and hold our output for ever, also over a reopening; without flow control it runs again.
      this.#port = await this.#openWith(false);
      await this.close();
    }
    this.#held = false;
    this.#port = await this.#openWith(this.#line.softwareFlowControl);
  }

  async #openWith(softwareFlowControl: boolean): Promise<SerialPort> {
    const { path, baudRate, dataBits, parity, stopBits } = this.#line;
    const flow = { xon: softwareFlowControl, xoff: softwareFlowControl };
    const port = new SerialPort({ path, baudRate, dataBits, parity, stopBits, ...flow, lock: true, autoOpen: false });
    port.on('data', (bytes: Buffer) => this.#received.next(bytes));
    // Without a listener an unplugged port would end the process.
    port.on('error', () => undefined);
    const opened = new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    const late = () => new Error(`it did not open within ${OPEN_MS} ms`);
    try {
      await within(this.#clock, OPEN_MS, opened, late);
    } catch (error) {
      throw await cannotOpen(path, error);
    }
    return port;
  }

  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    const port = this.#port;
    if (!port?.isOpen) throw gone(this.path);
    const sent = new Promise<void>((resolve, reject) => {
      // The cable may be pulled between the one and the other.
      const fail = (error: Error) => reject(gone(this.path, error));
      port.write(Buffer.from(bytes), (error) => (error ? fail(error) : port.drain((trouble) => (trouble ? fail(trouble) : resolve()))));
    });
    const late = () =>
      new EwaldError(
        'timeout',
        this.path,
        `nothing could be sent on ${this.path} for ${timeoutMs} ms`,
        'see that the instrument is on and connected, and that it does not hold the line with XOFF',
      );
    try {
      await within(this.#clock, timeoutMs, sent, late);
    } catch (error) {
      // What is still queued must never leave later: a belated command would move a machine that nobody watches.
      this.#held = asEwaldError(error).code === 'timeout';
      await this.close();
      throw asEwaldError(error);
    }
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = null;
    if (!port) return;
    port.removeAllListeners('data');
    const closed = new Promise<void>((resolve) => {
      if (!port.isOpen) return resolve();
      // Flushed first: closing would otherwise wait for a far end that takes nothing.
      port.flush(() => (port.isOpen ? port.close(() => resolve()) : resolve()));
    });
    await within(this.#clock, CLOSE_MS, closed, () => new Error('late')).catch(() => undefined);
  }
}

function gone(path: string, cause?: unknown): EwaldError {
  return new EwaldError(
    'link',
    path,
    `the port ${path} is closed or gone`,
    'plug the cable in again and check the name of the port',
    cause,
  );
}

async function cannotOpen(path: string, cause: unknown): Promise<EwaldError> {
  const why = cause instanceof Error ? cause.message : String(cause);
  const there = await serialPortPaths();
  const others = there.length > 0 ? `there are: ${there.join(', ')}` : 'this computer shows no serial port at all';
  if (/lock|busy|EBUSY|temporarily unavailable/i.test(why)) {
    return new EwaldError('busy', path, `another program has the port ${path}`, `close it there; ${others}`, cause);
  }
  if (/permission|EACCES|denied/i.test(why)) {
    return new EwaldError(
      'link',
      path,
      `the port ${path} may not be opened by this user`,
      'join the group that owns it, often dialout',
      cause,
    );
  }
  const missing = /ENOENT|no such file|cannot find|not found/i.test(why);
  const message = missing ? `there is no port ${path}` : `the port ${path} cannot be opened: ${why}`;
  return new EwaldError('link', path, message, `plug it in or mend 'path'; ${others}`, cause);
}

/** The serial ports that this computer shows now; empty where it cannot tell. */
export async function serialPortPaths(): Promise<string[]> {
  // SerialPort.list needs udevadm on Linux and fails without.
  const listed = await SerialPort.list().catch(() => null);
  if (listed) return listed.map(({ path }) => path).sort();
  const devices = await readdir('/dev').catch(() => []);
  return devices
    .filter((name) => /^tty(USB|ACM|AMA|XRUSB)\d+$|^cu\./.test(name))
    .map((name) => `/dev/${name}`)
    .sort();
}
