import { mergeScans } from '../analysis/merge-scans.ts';
import { examineLikeness } from '../analysis/same-sample.ts';
import { examineScan, type QualityOptions } from '../analysis/scan-quality.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Scan } from '../domain/scan.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';
import type { RunStore } from '../ports/run-store.ts';
import { loadCheckpoint } from './checkpoint.ts';
import type { RunContext } from './context.ts';
import type { RunParts } from './parts.ts';

/** Of so many runs before this one the last on the same instrument is looked for. */
const LOOK_BACK = 20;

/**
 * What is wrong with the first cycle's measurement, whatever the sample is; empty where there is none or nothing is wrong. A scan that was cut
 * short is judged together with its rest: a piece alone may be too short to show a line, or have been taken in the dark.
 */
export function examineFirstCycle(parts: RunParts, context: RunContext): ScanFinding[] {
  const pieces = firstCycleOf(parts.store, context);
  if (pieces.length === 0) return [];
  const pattern = mergeScans(pieces);
  const options = { maxCps: parts.detectorMaxCps ?? null };
  const findings = examineScan(pattern, options);
  if (findings.some(({ severity }) => severity === 'stop')) return findings;
  const dark = pieces.length === 1 ? [] : pieces.flatMap((piece) => darkPiece(piece, options));
  const before = patternBefore(parts.store, context, parts.identity.instrumentId);
  const sameSample = before && examineLikeness(pattern, before.pattern, before.sampleId);
  return [...findings, ...dark, ...(sameSample ? [sameSample] : [])];
}

/** A piece that was counted without a beam beside others that were not. */
function darkPiece(piece: Scan, options: QualityOptions): ScanFinding[] {
  const found = examineScan(mergeScans([piece]), options).find(({ kind, severity }) => kind === 'noBeam' && severity === 'stop');
  if (!found) return [];
  const [fromDeg, toDeg] = [piece.twoThetaDeg[0]!, piece.twoThetaDeg.at(-1)!];
  const message = `from ${fromDeg.toFixed(2)} to ${toDeg.toFixed(2)} degrees ${found.message}`;
  return [{ kind: 'noBeam', severity: 'warn', message, atDeg: fromDeg }];
}

/** The scans of the first cycle that measured anything. */
function firstCycleOf(store: RunStore, { runId, scans }: RunContext): Scan[] {
  const first = scans.filter(({ cycle }) => cycle === scans[0]?.cycle);
  return first.flatMap(({ scanId }) => store.getScan(runId, scanId) ?? []);
}

/** The first cycle of the last run on this instrument, where that was another sample; null where there is none or it cannot be read any more. */
function patternBefore(
  store: RunStore,
  { runId, sampleId }: RunContext,
  instrumentId: string,
): { readonly pattern: Pattern; readonly sampleId: string } | null {
  const runIds = store.runs().map((run) => run.runId);
  const place = runIds.indexOf(runId);
  for (const earlier of runIds.slice(Math.max(0, place - LOOK_BACK), Math.max(0, place)).reverse()) {
    const started = store.journal(earlier).find(({ kind }) => kind === 'started')?.fields;
    if (started?.['instrumentId'] !== instrumentId) continue;
    if (started['sampleId'] === sampleId) return null;
    const pattern = readFirstCycle(store, earlier);
    if (pattern) return { pattern, sampleId: String(started['sampleId']) };
  }
  return null;
}

function readFirstCycle(store: RunStore, runId: string): Pattern | null {
  try {
    const pieces = firstCycleOf(store, loadCheckpoint(store, runId));
    return pieces.length > 0 ? mergeScans(pieces) : null;
  } catch {
    // A run that cannot be read any more says nothing about this one.
    return null;
  }
}
