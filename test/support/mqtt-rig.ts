import type { Subscription } from 'rxjs';
import { type MqttDiffractometer, type MqttDriverOptions, openMqttDriver } from '../../drivers/mqtt/driver.ts';
import type { WireChunk } from '../../drivers/mqtt/protocol.ts';
import type { EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import { FakeInstrument, type FakeOptions } from './fake-instrument.ts';
import { type ManualClock, manualRuntime } from './manual-runtime.ts';
import { MemoryBroker, type MemoryBus } from './memory-message-bus.ts';

export const ROOT = 'ewald/v1/test/fake';

export interface WatchedScan {
  readonly chunks: ScanChunk[];
  outcome: 'running' | 'whole' | EwaldError;
  readonly subscription: Subscription;
}

/** A driver and a fake far end on a broker in memory, with time that moves by hand. */
export class MqttRig {
  readonly broker = new MemoryBroker();
  readonly runtime = manualRuntime();
  readonly clock: ManualClock = this.runtime.clock;
  readonly fake: FakeInstrument;
  readonly bus: MemoryBus = this.broker.client();
  readonly driver: MqttDiffractometer;

  constructor(fake: FakeOptions = {}, driver: Partial<MqttDriverOptions> = {}) {
    this.fake = new FakeInstrument(this.broker, ROOT, this.runtime, fake);
    this.driver = openMqttDriver({ bus: this.bus, topicRoot: ROOT, clientId: 'tester', ...driver }, this.runtime);
  }

  async open(): Promise<this> {
    await this.fake.start();
    await this.clock.during(this.driver.open(new AbortController().signal));
    return this;
  }

  scan(command: ScanCommand): WatchedScan {
    const chunks: ScanChunk[] = [];
    const watched = { chunks, outcome: 'running' } as { chunks: ScanChunk[]; outcome: WatchedScan['outcome']; subscription: Subscription };
    watched.subscription = this.driver.scan(command).subscribe({
      next: (chunk) => chunks.push(chunk),
      error: (error: EwaldError) => {
        watched.outcome = error;
      },
      complete: () => {
        watched.outcome = 'whole';
      },
    });
    return watched;
  }

  /** The scan when it is over, one way or the other. */
  async over(watched: WatchedScan): Promise<WatchedScan> {
    await this.clock.until(() => watched.outcome !== 'running');
    return watched;
  }

  /** Lets `spoil` change what comes for scans, each message the first time only. */
  spoilFirst(topicEnd: 'chunk' | 'end', spoil: (text: string, index: number) => readonly string[]): void {
    const seen = new Set<string>();
    this.broker.tap = (parcel) => {
      const text = new TextDecoder().decode(parcel.payload);
      if (!parcel.topic.endsWith(`/${topicEnd}`) || seen.has(text)) return [parcel];
      seen.add(text);
      return spoil(text, seen.size - 1).map((spoiled) => ({ topic: parcel.topic, payload: new TextEncoder().encode(spoiled) }));
    };
  }

  /** Changes chunk number `sequence` each time it passes. */
  alterChunk(sequence: number, change: (chunk: WireChunk) => WireChunk): void {
    this.broker.tap = (parcel) => {
      if (!parcel.topic.endsWith('/chunk')) return [parcel];
      const chunk = JSON.parse(new TextDecoder().decode(parcel.payload)) as WireChunk;
      if (chunk.sequence !== sequence) return [parcel];
      return [{ topic: parcel.topic, payload: new TextEncoder().encode(JSON.stringify(change(chunk))) }];
    };
  }

  async close(): Promise<void> {
    this.fake.stop();
    await this.clock.during(this.driver.close());
  }
}
