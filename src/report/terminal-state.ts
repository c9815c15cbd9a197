import type { AngleRange } from '../domain/angle-range.ts';
import { claimed, type PhaseCandidate } from '../domain/identification.ts';
import type { ScanChunk, ScanCommand } from '../domain/scan.ts';
import { type RunContext, spentS } from '../loop/context.ts';
import type { RunProgress } from '../loop/parts.ts';

/** Cells of the small picture of the pattern. */
const CELLS = 96;
const SHOWN_CANDIDATES = 5;

/** What the live view shows; made from the run's progress and nothing else. */
export interface TerminalState {
  readonly runId: string;
  readonly instrumentId: string;
  readonly simulated: boolean;
  /** Instrument seconds for each second of the wall. */
  readonly clockSpeed: number;
  readonly state: string;
  readonly context: RunContext | null;
  readonly scan: { readonly command: ScanCommand; readonly points: number } | null;
  readonly candidates: readonly PhaseCandidate[];
  readonly setProbability: number | null;
  readonly claimedIds: readonly string[];
  readonly sparkRange: AngleRange;
  /** Highest rate seen in each cell of `sparkRange`, in counts per second; NaN where nothing was measured. */
  readonly sparkCps: Float64Array;
}

export function newTerminalState(
  start: Pick<TerminalState, 'runId' | 'instrumentId' | 'simulated' | 'clockSpeed' | 'sparkRange'>,
): TerminalState {
  return {
    ...start,
    state: 'dormant',
    context: null,
    scan: null,
    candidates: [],
    setProbability: null,
    claimedIds: [],
    sparkCps: new Float64Array(CELLS).fill(Number.NaN),
  };
}

/** The state after one event; the state before is left as it was. */
export function reduceProgress(view: TerminalState, progress: RunProgress): TerminalState {
  switch (progress.kind) {
    case 'state': {
      const pending = progress.context.pending?.command ?? null;
      const same = pending && view.scan && isSame(view.scan.command, pending);
      const scan = same ? view.scan : pending && { command: pending, points: 0 };
      return { ...view, state: progress.state, context: progress.context, scan };
    }
    case 'chunk':
      return {
        ...view,
        scan: { command: progress.command, points: progress.points },
        sparkCps: withChunk(view, progress.chunk),
      };
    case 'identified': {
      const { identification } = progress;
      return {
        ...view,
        candidates: identification.candidates.slice(0, SHOWN_CANDIDATES),
        setProbability: identification.setProbability,
        claimedIds: claimed(identification).map((phase) => phase.phaseId),
      };
    }
    case 'viewed':
      return view;
  }
}

function isSame(a: ScanCommand, b: ScanCommand): boolean {
  return a.requestId === b.requestId && a.attempt === b.attempt;
}

function withChunk({ sparkCps, sparkRange }: TerminalState, chunk: ScanChunk): Float64Array {
  const cells = sparkCps.slice();
  const widthDeg = (sparkRange.toDeg - sparkRange.fromDeg) / cells.length;
  chunk.twoThetaDeg.forEach((deg, i) => {
    const cell = Math.floor((deg - sparkRange.fromDeg) / widthDeg);
    const liveS = chunk.liveS[i]!;
    if (cell < 0 || cell >= cells.length || !(liveS > 0)) return;
    const cps = chunk.counts[i]! / liveS;
    if (!(cells[cell]! >= cps)) cells[cell] = cps;
  });
  return cells;
}

export interface ScanProgress {
  readonly share: number;
  /** To the end of this scan, on the instrument's clock and on the wall. */
  readonly leftS: number;
  readonly leftWallS: number;
}

/** How far the present scan is; null between scans. */
export function scanProgress({ scan, clockSpeed }: TerminalState): ScanProgress | null {
  if (!scan) return null;
  const share = scan.command.pointCount > 0 ? Math.min(1, scan.points / scan.command.pointCount) : 0;
  const leftS = scan.command.expectedS * (1 - share);
  return { share, leftS, leftWallS: leftS / (clockSpeed > 0 ? clockSpeed : 1) };
}

/** Instrument time spent in s, the present scan counted for the part that is done. */
export function spentSoFarS(view: TerminalState): number {
  const done = view.context ? spentS(view.context) : 0;
  const progress = scanProgress(view);
  return done + (view.scan && progress ? view.scan.command.expectedS * progress.share : 0);
}
