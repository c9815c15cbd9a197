import { examineLikeness } from '../analysis/same-sample.ts';
import { examineScan } from '../analysis/scan-quality.ts';
import type { Verdict } from '../domain/decision.ts';
import type { Scan } from '../domain/scan.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';
import type { RunStore } from '../ports/run-store.ts';
import { loadCheckpoint } from './checkpoint.ts';
import type { RunContext } from './context.ts';
import type { RunParts } from './parts.ts';

/** Of so many runs before this one the last on the same instrument is looked for. */
const LOOK_BACK = 20;

/** What is wrong with the first scan of a run, whatever the sample is; empty where there is none or nothing is wrong. */
export function examineFirstScan(parts: RunParts, context: RunContext): ScanFinding[] {
  const [first] = context.scans;
  const scan = first && parts.store.getScan(context.runId, first.scanId);
  if (!scan) return [];
  const { twoThetaDeg, counts, liveS, radiation, scanId } = scan;
  const pattern = { patternId: scanId, scanIds: [scanId], unit: 'counts', radiation, twoThetaDeg, counts, liveS } as const;
  const findings = examineScan(pattern, { maxCps: parts.detectorMaxCps ?? null });
  if (findings.some(({ severity }) => severity === 'stop')) return findings;
  const before = firstScanBefore(parts.store, context, parts.identity.instrumentId);
  const sameSample = before && examineLikeness(scan, before.scan, before.sampleId);
  return sameSample ? [...findings, sameSample] : findings;
}

/** A scan from which nothing can be read ends the run; the sentence says why. */
export function verdictOn(findings: readonly ScanFinding[]): Verdict | null {
  const stop = findings.find(({ severity }) => severity === 'stop');
  return stop ? { kind: 'inconclusive', reasonCode: 'futile', phaseIds: [], setProbability: null, reason: stop.message } : null;
}

/** The first scan of the last run on this instrument, where that was another sample; null where there is none or it cannot be read any more. */
function firstScanBefore(
  store: RunStore,
  { runId, sampleId }: RunContext,
  instrumentId: string,
): { readonly scan: Scan; readonly sampleId: string } | null {
  const runIds = store.runs().map((run) => run.runId);
  const place = runIds.indexOf(runId);
  for (const earlier of runIds.slice(Math.max(0, place - LOOK_BACK), Math.max(0, place)).reverse()) {
    const started = store.journal(earlier).find(({ kind }) => kind === 'started')?.fields;
    if (started?.['instrumentId'] !== instrumentId) continue;
    if (started['sampleId'] === sampleId) return null;
    const scan = firstScanOf(store, earlier);
    if (scan) return { scan, sampleId: String(started['sampleId']) };
  }
  return null;
}

function firstScanOf(store: RunStore, runId: string): Scan | null {
  try {
    const [first] = loadCheckpoint(store, runId).scans;
    return first ? store.getScan(runId, first.scanId) : null;
  } catch {
    // A run that cannot be read any more says nothing about this one.
    return null;
  }
}
