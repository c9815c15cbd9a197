interface Turn {
  readonly urgent: boolean;
  readonly run: () => Promise<void>;
  readonly drop: (error: Error) => void;
}

/** Pieces of work on something that does one at a time: in the order they came, the urgent before all others. */
export class Turns {
  readonly #waiting: Turn[] = [];
  #working = false;

  /** Settles as `work` does in its turn; rejects where it is dropped before. */
  take<T>(work: () => Promise<T>, urgent = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const turn = { urgent, run: () => work().then(resolve, reject), drop: reject };
      // Behind those that are as urgent, before all others.
      const at = urgent ? this.#waiting.findIndex((other) => !other.urgent) : -1;
      this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, turn);
      void this.#work();
    });
  }

  /** Nothing that waits, and is not urgent, is done any more. */
  dropWaiting(error: Error): void {
    for (const turn of this.#waiting.splice(0)) {
      if (turn.urgent) this.#waiting.push(turn);
      else turn.drop(error);
    }
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let turn = this.#waiting.shift(); turn; turn = this.#waiting.shift()) await turn.run();
    this.#working = false;
  }
}
