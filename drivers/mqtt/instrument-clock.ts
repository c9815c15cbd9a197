import type { Clock } from '../../src/ports/runtime.ts';

/** The instrument's clock, as its latest live message and the speed in its birth tell. */
export class InstrumentClock {
  readonly #clock: Clock;
  #atS = 0;
  #heardMs: number;
  #speed = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardMs = clock.monotonicMs();
  }

  get speed(): number {
    return this.#speed;
  }

  /** Instrument time now in s. */
  nowS(): number {
    return this.#atS + ((this.#clock.monotonicMs() - this.#heardMs) / 1000) * this.#speed;
  }

  runsAt(speed: number): void {
    this.hear(this.nowS());
    this.#speed = speed;
  }

  /** A message that was just sent says this time. */
  hear(atS: number): void {
    this.#atS = atS;
    this.#heardMs = this.#clock.monotonicMs();
  }
}
