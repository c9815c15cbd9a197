import { filter, type Observable } from 'rxjs';
import type { BytePort } from '../../drivers/transport/byte-port.ts';
import { EwaldError } from '../../src/domain/errors.ts';

/** A port of a program that can die: the port is closed with it and nothing passes any more. */
export class MortalPort implements BytePort {
  readonly path: string;
  readonly #port: BytePort;
  readonly #freed: Promise<unknown>;
  #dead = false;

  /** Opens after `freed`: the operating system has to take the port back from the dead first. */
  constructor(port: BytePort, freed: Promise<unknown> = Promise.resolve()) {
    this.#port = port;
    this.#freed = freed;
    this.path = port.path;
  }

  async die(): Promise<void> {
    this.#dead = true;
    await this.#port.close();
  }

  get isOpen(): boolean {
    return !this.#dead && this.#port.isOpen;
  }

  async open(): Promise<void> {
    if (this.#dead) throw new EwaldError('link', this.path, 'this program is dead', 'start another');
    await this.#freed;
    await this.#port.open();
  }

  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    if (this.#dead) throw new EwaldError('link', this.path, 'this program is dead', 'start another');
    await this.#port.write(bytes, timeoutMs);
  }

  received(): Observable<Uint8Array> {
    return this.#port.received().pipe(filter(() => !this.#dead));
  }

  async close(): Promise<void> {
    if (!this.#dead) await this.#port.close();
  }
}
