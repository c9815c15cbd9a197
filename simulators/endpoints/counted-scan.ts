import type { WireChunk, WireEnd } from '../../drivers/mqtt/protocol.ts';
import type { ScanListener } from './wire-scans.ts';

/** Gathers what a scan counts, for wires that hand a result over in one piece at the end. */
export class CountedScan implements ScanListener {
  readonly twoThetaDeg: number[] = [];
  readonly counts: number[] = [];
  readonly liveS: number[] = [];
  readonly done: Promise<WireEnd>;
  private finish: (end: WireEnd) => void = () => {};

  constructor() {
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  points({ fromUdeg, stepUdeg, counts, liveNs }: WireChunk): void {
    counts.forEach((count, i) => {
      this.twoThetaDeg.push((fromUdeg + i * stepUdeg) / 1e6);
      this.counts.push(count);
      this.liveS.push((typeof liveNs === 'number' ? liveNs : (liveNs[i] ?? 0)) / 1e9);
    });
  }

  end(end: WireEnd): void {
    this.finish(end);
  }
}
