import type { CommandBody, WireChunk, WireEnd } from '../drivers/mqtt/protocol.ts';
import type { CostModel } from '../src/domain/decision.ts';
import type { InstrumentClock } from './instrument-clock.ts';
import type { InstrumentProfile } from './instrument-profile.ts';
import type { SafetyCircuit } from './safety-circuit.ts';
import { type ScanTiming, timeScan } from './scan-timing.ts';
import type { Schedule } from './schedule.ts';
import type { CountedPoints, Specimen } from './specimen.ts';
import { LedgerBook, type LedgerColumn } from './time-ledger.ts';

/** The wire allows 8192 points in a chunk; a late cut may have to deliver more than usual. */
const CHUNK_POINTS_MAX = 4096;

export interface ScanRunDeps {
  readonly bootId: string;
  readonly clock: InstrumentClock;
  readonly schedule: Schedule;
  readonly circuit: SafetyCircuit;
  readonly specimen: Specimen;
  readonly cost: CostModel;
  readonly axisDeg: number;
  readonly shutter: InstrumentProfile['shutter'];
  readonly chunk: InstrumentProfile['chunk'];
  readonly onChunk: (chunk: WireChunk) => void;
  /** The scan ends cut short; the error itself may name the sample and stays off the wire. */
  readonly onFailure: (error: unknown) => void;
  /** Called when the shutter is open, with the time at which each point will be complete. */
  readonly onCounting: (pointDoneAtS: (index: number) => number) => void;
}

/** One scan from its first overhead to its report: travels, settles, opens the shutter, counts, closes it. */
export class ScanRun {
  private readonly deps: ScanRunDeps;
  private readonly body: CommandBody<'scan'>;
  private readonly timing: ScanTiming;
  private readonly ledger = new LedgerBook();
  private readonly abort = new AbortController();
  private cutShort: { readonly reason: string; readonly atS: number } | null = null;
  private atS: number;
  private pointsDone = 0;
  private chunksMade = 0;
  private readonly beam: { readonly fromS: number; readonly isOn: boolean }[] = [];

  constructor(body: CommandBody<'scan'>, deps: ScanRunDeps) {
    this.deps = deps;
    this.body = body;
    this.atS = deps.clock.nowS();
    this.noteBeam();
    const { fromUdeg, stepUdeg, pointCount, dwellNs } = body;
    this.timing = timeScan(deps.cost, deps.axisDeg, {
      fromDeg: fromUdeg / 1e6,
      stepDeg: stepUdeg / 1e6,
      pointCount,
      dwellS: dwellNs / 1e9,
    });
  }

  /** Ends the scan at `atS` on the instrument's clock; the shutter falls at once, what was counted by then is still delivered. */
  cut(reason: string, atS: number): void {
    if (this.cutShort) return;
    this.cutShort = { reason, atS: Math.max(this.atS, atS) };
    if (this.ownsShutter()) this.deps.circuit.closeShutter();
    this.abort.abort();
  }

  /** To be called when the shutter or the generator changed: points that saw no beam show no counts. */
  noteBeam(): void {
    const { shutter, generatorOn } = this.deps.circuit.now();
    this.beam.push({ fromS: this.deps.clock.nowS(), isOn: shutter === 'open' && generatorOn });
  }

  private ownsShutter(): boolean {
    return this.deps.shutter === 'scan';
  }

  /** Where the axis stands when the scan is over. */
  axisDeg(): number {
    const { fromUdeg, stepUdeg } = this.body;
    return this.pointsDone === 0 ? this.deps.axisDeg : (fromUdeg + (this.pointsDone - 1) * stepUdeg) / 1e6;
  }

  async run(): Promise<WireEnd> {
    const startedAtS = this.atS;
    const { timing } = this;
    try {
      const ready =
        (await this.stage('overhead', timing.overheadS)) &&
        (await this.stage('moving', timing.movingS)) &&
        (await this.stage('settling', timing.settlingS)) &&
        (!this.ownsShutter() || ((await this.stage('shutter', timing.shutterS)) && this.openShutter()));
      if (ready && (await this.countAll()) && this.ownsShutter()) {
        this.deps.circuit.closeShutter();
        await this.stage('shutter', timing.shutterS);
      }
    } catch (error) {
      this.deps.onFailure(error);
      this.cut('the detector failed', this.atS);
    }
    if (this.ownsShutter()) this.deps.circuit.closeShutter();
    return this.report(startedAtS);
  }

  private openShutter(): boolean {
    const obstacle = this.deps.circuit.obstacle();
    if (obstacle === null && this.deps.circuit.openShutter()) return true;
    this.cut(obstacle ?? 'the shutter did not open', this.atS);
    return false;
  }

  private async stage(column: LedgerColumn, seconds: number): Promise<boolean> {
    const fromS = this.atS;
    const reached = await this.passUntil(fromS + seconds);
    this.ledger.add(column, this.atS - fromS);
    return reached;
  }

  /** Lets time pass, with everything scheduled on the way; false where the scan was cut short before `targetS`. */
  private async passUntil(targetS: number): Promise<boolean> {
    const { clock, schedule } = this.deps;
    while (!this.cutShort) {
      const stopS = Math.min(targetS, Math.max(this.atS, schedule.nextS()));
      await clock.advanceTo(stopS, this.abort.signal);
      if (this.cutShort) break;
      this.atS = stopS;
      schedule.runUntil(stopS);
      if (stopS >= targetS && !this.cutShort) return true;
    }
    this.atS = Math.max(this.atS, this.cutShort?.atS ?? this.atS);
    return false;
  }

  private async countAll(): Promise<boolean> {
    const { pointCount } = this.body;
    const startS = this.atS;
    const doneAtS = (index: number): number => startS + this.timing.pointDoneS(index);
    const halfS = this.body.dwellNs / 2e9;
    const exposure = this.deps.specimen.expose(this.body, (index) => doneAtS(index) - halfS);
    this.deps.onCounting(doneAtS);
    let reached = true;
    while (reached && this.pointsDone < pointCount) {
      const first = this.pointsDone;
      let last = first;
      const { chunk } = this.deps;
      const spanS = this.deps.clock.spanS(chunk.wallMs);
      while (last + 1 < pointCount && last + 1 - first < chunk.points && doneAtS(last + 1) - doneAtS(first) <= spanS) last++;
      reached = await this.passUntil(doneAtS(last));
      if (!reached) {
        last = first - 1;
        while (last + 1 < pointCount && last + 1 - first < CHUNK_POINTS_MAX && doneAtS(last + 1) <= this.atS) last++;
      }
      if (last >= first) this.deliver(this.seen(exposure.count(first, last + 1 - first), first, doneAtS));
    }
    const split = this.timing.split(this.pointsDone, this.atS - startS);
    this.ledger.add('counting', split.countingS);
    this.ledger.add('moving', split.movingS);
    return reached;
  }

  /** Where the shutter is not the scan's own, a point counts nothing unless the beam was on from its start to its end. */
  private seen(points: CountedPoints, first: number, doneAtS: (index: number) => number): CountedPoints {
    if (this.ownsShutter()) return points;
    const liveS = this.body.dwellNs / 1e9;
    const lit = (index: number): boolean => {
      const endS = doneAtS(index);
      return this.beam.every(({ fromS, isOn }, k) => isOn || fromS >= endS || (this.beam[k + 1]?.fromS ?? Infinity) <= endS - liveS);
    };
    return { ...points, counts: points.counts.map((count, k) => (lit(first + k) ? count : 0)) };
  }

  private deliver(points: CountedPoints): void {
    const { requestId, attempt, stepUdeg } = this.body;
    this.pointsDone += points.counts.length;
    this.deps.onChunk({
      schema: 'ewald.chunk/1',
      bootId: this.deps.bootId,
      requestId,
      attempt,
      sequence: this.chunksMade++,
      fromUdeg: points.fromUdeg,
      stepUdeg,
      counts: points.counts,
      liveNs: points.liveNs,
      atS: this.atS,
    });
  }

  private report(startedAtS: number): WireEnd {
    const whole = this.pointsDone === this.body.pointCount;
    return {
      schema: 'ewald.end/1',
      bootId: this.deps.bootId,
      requestId: this.body.requestId,
      attempt: this.body.attempt,
      report: {
        startedAtS,
        endedAtS: this.atS,
        chunkCount: this.chunksMade,
        completeness: whole ? 'whole' : 'cut-short',
        reason: whole ? null : (this.cutShort?.reason ?? 'cut short'),
        ledgerS: this.ledger.totals(),
      },
    };
  }
}
