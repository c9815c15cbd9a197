import { type Observable, Subject } from 'rxjs';
import type { BytePort } from '../../drivers/transport/byte-port.ts';
import { EwaldError } from '../../src/domain/errors.ts';

/** One connection to a far end in memory. */
export class FakeLine implements BytePort {
  readonly path: string;
  readonly #received = new Subject<Uint8Array>();
  readonly #opened: (line: FakeLine) => void;
  readonly #heard: (line: FakeLine, text: string) => void;
  isOpen = false;
  opened = 0;

  constructor(path: string, opened: (line: FakeLine) => void, heard: (line: FakeLine, text: string) => void) {
    this.path = path;
    this.#opened = opened;
    this.#heard = heard;
  }

  async open(): Promise<void> {
    if (this.isOpen) return;
    this.isOpen = true;
    this.opened++;
    this.#opened(this);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.isOpen) throw new EwaldError('link', this.path, 'the line is closed', 'open it');
    this.#heard(this, Buffer.from(bytes).toString('latin1'));
  }

  received(): Observable<Uint8Array> {
    return this.#received;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }

  /** Bytes from the far end, as they are, after whatever the caller does now. */
  say(bytes: Uint8Array): void {
    queueMicrotask(() => {
      if (this.isOpen) this.#received.next(bytes);
    });
  }
}
