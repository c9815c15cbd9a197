import { Observable, Subject } from 'rxjs';
import type { InstrumentAlert } from '../../src/ports/diffractometer.ts';

/** The alerts that stand. Whoever looks sees those first, then every change. */
export class AlertBoard {
  readonly #standing = new Map<string, InstrumentAlert>();
  readonly #changes = new Subject<InstrumentAlert>();

  alerts(): Observable<InstrumentAlert> {
    return new Observable((subscriber) => {
      for (const alert of this.#standing.values()) subscriber.next(alert);
      return this.#changes.subscribe(subscriber);
    });
  }

  /** These stand now, and no others of the kinds named. */
  show(alerts: readonly InstrumentAlert[], kinds: readonly InstrumentAlert['kind'][]): void {
    const wanted = new Map(alerts.map((alert) => [`${alert.kind}: ${alert.message}`, alert]));
    for (const [key, alert] of this.#standing) {
      if (wanted.has(key) || !kinds.includes(alert.kind)) continue;
      this.#standing.delete(key);
      this.#changes.next({ ...alert, active: false });
    }
    for (const [key, alert] of wanted) {
      if (this.#standing.has(key)) continue;
      this.#standing.set(key, alert);
      this.#changes.next(alert);
    }
  }

  close(): void {
    this.#changes.complete();
  }
}
