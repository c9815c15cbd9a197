import { type EwaldError, mayRetry } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { after } from '../transport/deadline.ts';
import type { Commander } from './commander.ts';
import { Refusal } from './refusals.ts';

/** Holds the right to command: claimed when first needed, renewed three times in each term until released. */
export class LeaseKeeper {
  readonly #commander: Commander;
  readonly #ttlMs: number;
  readonly #runtime: Runtime;
  #claiming: Promise<void> | null = null;
  #cancel: () => void = () => undefined;

  constructor(commander: Commander, ttlMs: number, runtime: Runtime) {
    this.#commander = commander;
    this.#ttlMs = ttlMs;
    this.#runtime = runtime;
  }

  /** Settles when the lease is held; fails with 'busy' where another client holds it. */
  async hold(): Promise<void> {
    if (this.#commander.leaseId) return;
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = null;
    });
    await this.#claiming;
  }

  /** The instrument no longer knows the lease: the next `hold` claims anew. */
  drop(): void {
    this.#cancel();
    this.#commander.leaseId = null;
  }

  async release(): Promise<void> {
    if (!this.#commander.leaseId) return;
    await this.#commander
      .send('release', {})
      .catch((error: EwaldError) => this.#runtime.log.debug('lease not released', { why: error.message }));
    this.drop();
  }

  async #claim(): Promise<void> {
    for (let tries = 1; !this.#commander.leaseId; tries++) {
      try {
        const { leaseId, ttlMs } = await this.#commander.send('claim', { ttlMs: this.#ttlMs });
        this.#commander.leaseId = leaseId;
        this.#renewEvery(ttlMs / 3);
      } catch (error) {
        if (tries === 3 || error instanceof Refusal || !mayRetry(error as EwaldError)) throw error;
      }
    }
  }

  #renewEvery(ms: number): void {
    this.#cancel = after(this.#runtime.clock, ms, () => {
      const leaseId = this.#commander.leaseId;
      this.#renewEvery(ms);
      this.#commander.send('renew', {}).catch((error: EwaldError) => {
        this.#runtime.log.warn('lease not renewed', { why: error.message });
        // Only a plain no ends it; a lost reply may mean that it was renewed.
        if (error instanceof Refusal && this.#commander.leaseId === leaseId) this.drop();
      });
    });
  }
}
