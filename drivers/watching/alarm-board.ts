import { Observable, Subject } from 'rxjs';
import type { InstrumentAlert } from '../../src/ports/diffractometer.ts';

/** The alarms that are up. Whoever looks sees those first, then every change. */
export class AlarmBoard {
  readonly #up = new Map<string, InstrumentAlert>();
  readonly #changes = new Subject<InstrumentAlert>();
  #unconfirmed = new Set<string>();

  alerts(): Observable<InstrumentAlert> {
    return new Observable((subscriber) => {
      for (const alert of this.#up.values()) subscriber.next(alert);
      return this.#changes.subscribe(subscriber);
    });
  }

  raise(alarmId: string, alarm: { readonly kind: InstrumentAlert['kind']; readonly text: string }): void {
    this.#unconfirmed.delete(alarmId);
    const before = this.#up.get(alarmId);
    if (before?.kind === alarm.kind && before.message === alarm.text) return;
    if (before) this.#changes.next({ ...before, active: false });
    const alert: InstrumentAlert = { kind: alarm.kind, message: alarm.text, active: true };
    this.#up.set(alarmId, alert);
    this.#changes.next(alert);
  }

  clear(alarmId: string): void {
    this.#unconfirmed.delete(alarmId);
    const alert = this.#up.get(alarmId);
    if (!alert) return;
    this.#up.delete(alarmId);
    this.#changes.next({ ...alert, active: false });
  }

  /** The link broke: alarms may be cleared without our hearing of it. */
  doubt(): void {
    this.#unconfirmed = new Set(this.#up.keys());
  }

  /** The link is back and what is retained was heard: alarms not among it are over. */
  settle(): void {
    for (const alarmId of this.#unconfirmed) this.clear(alarmId);
  }

  close(): void {
    this.#changes.complete();
  }
}
