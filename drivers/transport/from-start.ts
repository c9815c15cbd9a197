import { Observable, type Subject } from 'rxjs';

/** `live`, begun for its first subscriber with what came `early`; `begun` is called when it takes over. Later subscribers see `live` only. */
export function fromStart<T>(live: Subject<T>, early: T[], begun: () => void): Observable<T> {
  return new Observable<T>((subscriber) => {
    const kept = early.splice(0);
    for (const item of kept) subscriber.next(item);
    const subscription = live.subscribe(subscriber);
    begun();
    return subscription;
  });
}
