import { filter, type Observable } from 'rxjs';
import type { BytePort } from '../../drivers/transport/byte-port.ts';
import { EwaldError } from '../../src/domain/errors.ts';
import type { FakeDaco } from './fake-daco.ts';

/** One program's end of the line to a fake instrument. When its process dies, nothing passes it any more. */
export class FakeDacoClient implements BytePort {
  readonly path: string;
  readonly #fake: FakeDaco;
  /** Scans that this program began. */
  executed = 0;
  #dead = false;

  constructor(fake: FakeDaco) {
    this.#fake = fake;
    this.path = fake.path;
  }

  die(): void {
    this.#dead = true;
  }

  get isOpen(): boolean {
    return !this.#dead && this.#fake.isOpen;
  }

  async open(): Promise<void> {
    if (this.#dead) throw new EwaldError('link', this.path, 'this program is dead', 'start another');
    await this.#fake.open();
  }

  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    if (this.#dead) throw new EwaldError('link', this.path, 'this program is dead', 'start another');
    const before = this.#fake.executed.length;
    await this.#fake.write(bytes, timeoutMs);
    this.executed += this.#fake.executed.length - before;
  }

  received(): Observable<Uint8Array> {
    return this.#fake.received().pipe(filter(() => !this.#dead));
  }

  async close(): Promise<void> {
    if (!this.#dead) await this.#fake.close();
  }
}
