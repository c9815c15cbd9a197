import { type MqttDiffractometer, type MqttDriverOptions, openMqttDriver } from '../../drivers/mqtt/driver.ts';
import type { WireChunk } from '../../drivers/mqtt/protocol.ts';
import { DriverRig } from './driver-rig.ts';
import { FakeInstrument, type FakeOptions } from './fake-instrument.ts';
import { MemoryBroker, type MemoryBus } from './memory-message-bus.ts';

export const ROOT = 'ewald/v1/test/fake';

/** A driver and a fake far end on a broker in memory. */
export class MqttRig extends DriverRig<MqttDiffractometer> {
  readonly broker = new MemoryBroker();
  readonly fake: FakeInstrument;
  readonly bus: MemoryBus = this.broker.client();
  readonly driver: MqttDiffractometer;

  constructor(fake: FakeOptions = {}, driver: Partial<MqttDriverOptions> = {}) {
    super();
    this.fake = new FakeInstrument(this.broker, ROOT, this.runtime, fake);
    this.driver = openMqttDriver({ bus: this.bus, topicRoot: ROOT, clientId: 'tester', ...driver }, this.runtime);
  }

  override async open(): Promise<this> {
    await this.fake.start();
    return super.open();
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

  override async close(): Promise<void> {
    this.fake.stop();
    await super.close();
  }
}
