import type { CommandBody, WireBirth, WireChunk, WireEnd } from '../drivers/mqtt/protocol.ts';
import type { CostModel } from '../src/domain/decision.ts';
import type { Log } from '../src/ports/runtime.ts';
import { checkScan } from './check-scan.ts';
import type { InstrumentClock } from './instrument-clock.ts';
import type { InstrumentProfile } from './instrument-profile.ts';
import type { Journal } from './journal.ts';
import { Refusal } from './refusal.ts';
import type { SafetyCircuit } from './safety-circuit.ts';
import { ScanBook, type ScanKey, type ScanRecord } from './scan-book.ts';
import { ScanRun } from './scan-run.ts';
import type { Schedule } from './schedule.ts';
import type { Specimen } from './specimen.ts';

/** Points that may wait for an acknowledgement before new scans are refused. */
const KEPT_POINTS_MAX = 5_000_000;

/** A hook that runs when a scan starts to count: faults at a point hang on it. `ordinal` counts the executed scans from 1. */
export type CountingHook = (ordinal: number, pointCount: number, pointDoneAtS: (index: number) => number) => void;

export interface ScanDeskDeps {
  readonly bootId: string;
  readonly capabilities: WireBirth['capabilities'];
  readonly shutter: InstrumentProfile['shutter'];
  readonly chunk: InstrumentProfile['chunk'];
  readonly specimen: Specimen;
  readonly clock: InstrumentClock;
  readonly schedule: Schedule;
  readonly circuit: SafetyCircuit;
  readonly log: Log;
  readonly journal: Journal;
  readonly onChunk: (chunk: WireChunk) => void;
  readonly onEnd: (end: WireEnd) => void;
}

/** Runs one scan at a time, each key at most once, and keeps what nobody has acknowledged. */
export class ScanDesk {
  private readonly deps: ScanDeskDeps;
  private readonly book = new ScanBook();
  private readonly hooks: CountingHook[] = [];
  private running: { readonly key: ScanKey; readonly run: ScanRun; readonly done: Promise<void> } | null = null;
  private axisDeg: number;
  private started = 0;

  constructor(deps: ScanDeskDeps) {
    this.deps = deps;
    this.axisDeg = deps.capabilities.twoThetaLimits.fromDeg;
  }

  onCounting(hook: CountingHook): void {
    this.hooks.push(hook);
  }

  /** For detectors that count frames of their own: tells who waits for a point, as a scan would; returns the frame's number among all that was begun. */
  announce(pointCount: number, pointDoneAtS: (index: number) => number): number {
    const ordinal = ++this.started;
    for (const hook of this.hooks) hook(ordinal, pointCount, pointDoneAtS);
    return ordinal;
  }

  isRunning(): boolean {
    return this.running !== null;
  }

  /** The axis was moved without a scan. */
  standAt(axisDeg: number): void {
    this.axisDeg = axisDeg;
  }

  /** The shutter or the generator changed. */
  noteBeam(): void {
    this.running?.run.noteBeam();
  }

  /** How many scans were ever begun. */
  executions(): number {
    return this.started;
  }

  async idle(): Promise<void> {
    await this.running?.done;
  }

  /** Ends the running scan, if any, at `atS` on the instrument's clock. */
  cut(reason: string, atS: number): void {
    this.running?.run.cut(reason, atS);
  }

  /** A scan known already is never executed again. */
  start(body: CommandBody<'scan'>): { readonly state: 'started' | 'running' | 'finished' } {
    const known = this.book.get(body);
    if (known) return { state: known.end ? 'finished' : 'running' };
    if (this.running) throw new Refusal('busy', `scan ${this.running.key.requestId}.${this.running.key.attempt} is running`);
    if (this.book.pointsKept() > KEPT_POINTS_MAX) throw new Refusal('busy', 'too much data waits for its acknowledgement');
    const obstacle = this.deps.shutter === 'scan' ? this.deps.circuit.obstacle() : null;
    if (obstacle) throw new Refusal('unsafe', obstacle);
    checkScan(body, this.deps.capabilities, this.deps.specimen);
    this.execute(body);
    return { state: 'started' };
  }

  find(key: ScanKey): Record<string, unknown> {
    const record = this.book.get(key);
    if (!record) return { state: 'lost', report: null };
    return record.end ? { state: 'finished', report: record.end.report } : { state: 'running', report: null };
  }

  /** Sends again what is still kept from `fromSequence` on, and the end report where there is one. `to` is one past the last sequence sent. */
  resend(body: CommandBody<'resend'>): { readonly from: number; readonly to: number } {
    const record = this.known(body);
    const kept = [...record.kept.values()].filter((chunk) => chunk.sequence >= body.fromSequence).sort((a, b) => a.sequence - b.sequence);
    const { end } = record;
    // The answer goes first, so that the client knows what follows.
    queueMicrotask(() => {
      for (const chunk of kept) this.deps.onChunk(chunk);
      if (end) this.deps.onEnd(end);
    });
    const from = kept[0]?.sequence ?? Math.max(body.fromSequence, record.chunkCount);
    return { from, to: kept.length > 0 ? kept.at(-1)!.sequence + 1 : from };
  }

  acknowledge(body: CommandBody<'acknowledge'>): void {
    this.book.acknowledge(this.known(body), body.sequence);
  }

  private known(key: ScanKey): ScanRecord {
    const record = this.book.get(key);
    if (!record) throw new Refusal('unknownScan', `scan ${key.requestId}.${key.attempt} is not known here`);
    return record;
  }

  private execute(body: CommandBody<'scan'>): void {
    const { clock, journal } = this.deps;
    const key = { requestId: body.requestId, attempt: body.attempt };
    const record = this.book.begin(key);
    const ordinal = ++this.started;
    const { fromUdeg, stepUdeg, pointCount, dwellNs } = body;
    journal('execution', { atS: clock.nowS(), ...key, fromUdeg, stepUdeg, pointCount, dwellNs });
    const run = new ScanRun(body, {
      ...this.deps,
      cost: costOf(body.mode, this.deps.capabilities.cost),
      axisDeg: this.axisDeg,
      onChunk: (chunk) => {
        this.book.keep(record, chunk);
        journal('chunk', { ...key, sequence: chunk.sequence, points: chunk.counts.length, countsSum: sum(chunk.counts) });
        this.deps.onChunk(chunk);
      },
      onFailure: (error) => this.deps.log.error('the scan failed', { ...key, error: String(error) }),
      onCounting: (doneAtS) => {
        for (const hook of this.hooks) hook(ordinal, body.pointCount, doneAtS);
      },
    });
    const done = run.run().then((end) => {
      record.end = end;
      this.axisDeg = run.axisDeg();
      this.running = null;
      const { completeness, reason, chunkCount } = end.report;
      journal('end', { atS: clock.nowS(), ...key, completeness, reason, chunkCount });
      this.deps.onEnd(end);
    });
    this.running = { key, run, done };
  }
}

/** A point detector that never stops needs no time between its points. */
function costOf(mode: CommandBody<'scan'>['mode'], cost: CostModel): CostModel {
  return mode === 'continuous' ? { ...cost, perPointS: 0 } : cost;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
