import type { Observable } from 'rxjs';

export interface BusMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retained: boolean;
  /** Tells the broker that this message is dealt with; until then it is delivered again after a reconnect (quality of service 1). */
  acknowledge(): void;
}

export interface PublishOptions {
  readonly retain: boolean;
  readonly qos: 0 | 1;
}

/** A publish/subscribe wire. */
export interface MessageBus {
  /** Connects, or fails with one clear error within the time allowed. */
  open(signal: AbortSignal): Promise<void>;
  /** Settles when the broker has the message; fails with 'timeout' or 'link' otherwise. Never queues while disconnected. */
  publish(topic: string, payload: Uint8Array | string, options: PublishOptions): Promise<void>;
  /** Settles when the broker confirmed the subscription; it is renewed after every reconnect. */
  subscribe(topicFilter: string): Promise<Observable<BusMessage>>;
  /** The link as it stands, and every change; replays the last value. */
  connected(): Observable<boolean>;
  close(): Promise<void>;
}
