import type { WireChunk, WireEnd } from '../../drivers/mqtt/protocol.ts';
import type { InstrumentOutput } from '../instrument-output.ts';
import type { Specimen, WireScan } from '../specimen.ts';
import type { VirtualDiffractometer } from '../virtual-diffractometer.ts';

export interface ScanListener {
  points(chunk: WireChunk): void;
  end(end: WireEnd): void;
}

/** Scans for wires that have no keys, leases and acknowledgements: each gets a name here, and what it counted is handed over at once. */
export class WireScans implements InstrumentOutput {
  private readonly device: VirtualDiffractometer;
  private readonly specimen: Specimen;
  private readonly attempts = new Map<string, number>();
  private listener: ScanListener | null = null;

  constructor(device: VirtualDiffractometer, specimen: Specimen) {
    this.device = device;
    this.specimen = specimen;
    device.attach(this);
  }

  /** Begins a scan, journalled under `name` with the number of times this name was begun. Throws a Refusal. */
  begin(name: string, scan: WireScan, mode: 'step' | 'continuous', listener: ScanListener): void {
    const attempt = (this.attempts.get(name) ?? 0) + 1;
    this.device.startScan({ requestId: name, attempt, sampleId: this.specimen.sampleId, mode, ...scan });
    this.attempts.set(name, attempt);
    this.listener = listener;
  }

  safety(): void {}

  alarm(): void {}

  chunk(chunk: WireChunk): void {
    this.device.scans.acknowledge({ requestId: chunk.requestId, attempt: chunk.attempt, sequence: chunk.sequence });
    this.listener?.points(chunk);
  }

  end(end: WireEnd): void {
    const { listener } = this;
    this.listener = null;
    listener?.end(end);
  }
}
