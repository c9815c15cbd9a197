import type { Observable } from 'rxjs';

/** A line of bytes to one far end: a serial port, a pseudo-terminal, a socket. Framing and replies are the driver's work. */
export interface BytePort {
  /** What a person calls it, such as /dev/ttyUSB0. */
  readonly path: string;
  /** Opens it, again too after it was lost. Fails with 'link' where it is not there, 'busy' where another program holds it. */
  open(): Promise<void>;
  readonly isOpen: boolean;
  /**
   * Settles when the bytes have left. Fails with 'timeout' after `timeoutMs` and 'link' where the port is closed; the port is then closed and
   * what was not sent is dropped: nothing leaves late.
   */
  write(bytes: Uint8Array, timeoutMs: number): Promise<void>;
  /** What arrives, in pieces of any size. Goes on after a reopening. */
  received(): Observable<Uint8Array>;
  /** Always settles, also where the far end is gone. */
  close(): Promise<void>;
}
