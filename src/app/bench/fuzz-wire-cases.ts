import type { Clock } from '../../ports/runtime.ts';
import type { Damage } from './fuzz-frame.ts';
import type { CaseRange } from './fuzz-ranges.ts';
import type { FrameOutcome, FrameVerdict } from './fuzz-wires.ts';

export const FAULTS = ['crash', 'slow', 'hang', 'corrupt accepted'] as const;
export type WireFault = (typeof FAULTS)[number];

export interface WireFinding {
  readonly case: number;
  readonly wire: string;
  readonly kind: string;
  readonly fault: WireFault;
  readonly message: string;
}

/** Cases of one kind and damage since the last report. */
export interface WireTally {
  readonly kind: string;
  readonly damage: Damage;
  readonly counts: Record<FrameOutcome, number>;
  formBroken: number;
  /** Of those, how many were believed. */
  corruptAccepted: number;
  slowestMs: number;
}

export interface WireReport {
  readonly cases: number;
  readonly tallies: readonly WireTally[];
  /** The first of each fault; how many there were of each is in `found`. */
  readonly findings: readonly WireFinding[];
  readonly found: Readonly<Record<WireFault, number>>;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

export interface CaseBatch extends CaseRange {
  readonly wire: string;
  readonly maxCaseMs: number;
  /** Tells the case under way. */
  onCase(index: number): void;
  kindOf(index: number): string;
  fuzz(index: number): Promise<FrameVerdict>;
}

const REPORT_EVERY = 2000;
/** More findings of one fault than these are more of the same, and are only counted. */
export const MOST_FINDINGS = 50;

export function noneFound(): Record<WireFault, number> {
  return { crash: 0, slow: 0, hang: 0, 'corrupt accepted': 0 };
}

/** Runs the cases of a range and reports what came of them, 2000 at a time. */
export async function runWireCases(batch: CaseBatch, clock: Clock, send: (report: WireReport) => void): Promise<void> {
  const listed = noneFound();
  let tallies = new Map<string, WireTally>();
  let findings: WireFinding[] = [];
  let found = noneFound();
  let cases = 0;
  for (let index = batch.from; index < batch.to; index++) {
    batch.onCase(index);
    const note = (fault: WireFault, message: string): void => {
      found[fault] += 1;
      if (++listed[fault] <= MOST_FINDINGS) findings.push({ case: index, wire: batch.wire, kind: batch.kindOf(index), fault, message });
    };
    const startMs = clock.monotonicMs();
    try {
      const { kind, damage, outcome, formBroken, bytes } = await batch.fuzz(index);
      const ms = clock.monotonicMs() - startMs;
      const tally = tallyOf(tallies, `${kind.reader}/${kind.name}/${damage}`, kind.name, damage);
      const isBelieved = formBroken && outcome === 'passed';
      tally.counts[outcome] += 1;
      if (formBroken) tally.formBroken += 1;
      if (isBelieved) tally.corruptAccepted += 1;
      tally.slowestMs = Math.max(tally.slowestMs, ms);
      if (ms > batch.maxCaseMs) note('slow', `${ms.toFixed(0)} ms for ${bytes} bytes`);
      if (isBelieved) note('corrupt accepted', `${bytes} bytes of ${damage}`);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'a thrown value', message: String(error) };
      note('crash', `${name}: ${message.slice(0, 300)}`);
    }
    cases += 1;
    if (cases === REPORT_EVERY || index === batch.to - 1) {
      const { heapUsed, rss } = process.memoryUsage();
      send({ cases, tallies: [...tallies.values()], findings, found, heapBytes: heapUsed, rssBytes: rss });
      [tallies, findings, found, cases] = [new Map(), [], noneFound(), 0];
    }
  }
}

function tallyOf(tallies: Map<string, WireTally>, key: string, kind: string, damage: Damage): WireTally {
  const counts = { refused: 0, same: 0, passed: 0 };
  const tally = tallies.get(key) ?? { kind, damage, counts, formBroken: 0, corruptAccepted: 0, slowestMs: 0 };
  tallies.set(key, tally);
  return tally;
}
