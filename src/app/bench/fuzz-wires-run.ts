import { benchResult } from '../bench-command.ts';
import type { Environment, Outcome } from '../command.ts';
import { textTable } from '../text-table.ts';
import type { WireFrames } from './fuzz-frame.ts';
import { runAllCases } from './fuzz-ranges.ts';
import { runThread } from './fuzz-thread.ts';
import { FAULTS, MOST_FINDINGS, noneFound, type WireFault, type WireFinding, type WireReport, type WireTally } from './fuzz-wire-cases.ts';
import { kindOf, wiresNamed } from './fuzz-wires.ts';

/** Reading a damaged frame, its making included, may take so long on a busy machine (a flood may hold 18,000 commands), and the thread may hold so much. */
const MAX_CASE_MS = 5000;
const MAX_HEAP_MIB = 256;
const DAMAGES = ['bytes', 'blocks', 'noise'] as const;

interface WireResult {
  readonly wire: string;
  readonly cases: number;
  readonly kinds: readonly KindResult[];
  /** The first 50 of each fault; how many there were in all is in `found`. */
  readonly findings: readonly WireFinding[];
  readonly found: Readonly<Record<WireFault, number>>;
  /** Of frames that carry values and were changed in a few bytes: the share that was refused. Null where no content changed. */
  readonly valueRejection: number | null;
  /** Frames whose checksum, length or number of fields was broken, and those of them that were believed. */
  readonly formBroken: number;
  readonly corruptAccepted: number;
  readonly peakHeapMiB: number;
  readonly peakRssMiB: number;
  readonly wallS: number;
}

interface KindResult {
  readonly reader: 'driver' | 'simulator';
  readonly kind: string;
  readonly isValue: boolean;
  readonly cases: number;
  readonly refused: number;
  readonly same: number;
  readonly passed: number;
  readonly formBroken: number;
  readonly slowestMs: number;
  /** Of the frames whose content changed by this damage, the share that was refused. */
  readonly rejection: Readonly<Record<(typeof DAMAGES)[number], number | null>>;
}

/** `ewald bench fuzz --wire`: damaged frames of each wire, read as the driver and as the simulated instrument read them. */
export async function fuzzWires(names: string, cases: number, seed: number, environment: Environment): Promise<Outcome> {
  const results: WireResult[] = [];
  for (const wire of wiresNamed(names)) results.push(await fuzzWire(wire, cases, seed, environment));
  const findings = results.flatMap((result) => result.findings);
  const allFound = sum(results, foundIn);
  const rows = results.flatMap(({ wire, kinds }) =>
    kinds.map((kind) => [
      wire,
      `${kind.kind} (${kind.reader})`,
      ...[kind.cases, kind.refused, kind.same, kind.passed, kind.formBroken].map(String),
      percent(kind.rejection.bytes),
      kind.slowestMs.toFixed(0),
    ]),
  );
  const text = [
    textTable(['wire', 'frame', 'cases', 'refused', 'same', 'other', 'form broken', 'rejected', 'slowest ms'], rows),
    ...results.map(
      ({ wire, cases: n, valueRejection, corruptAccepted, peakHeapMiB, wallS, found }) =>
        `${wire}: ${n} cases, ${foundIn({ found })} findings, ${corruptAccepted} corrupt frames accepted, value frames rejected ` +
        `${percent(valueRejection)} after a few wrong bytes, heap at most ${peakHeapMiB.toFixed(0)} MiB, ${wallS.toFixed(0)} s`,
    ),
    ...findings
      .slice(0, 20)
      .map((finding) => `case ${finding.case}, ${finding.wire} ${finding.kind}: ${finding.fault}: ${finding.message}`),
  ].join('\n');
  return {
    result: benchResult('fuzz', cases * results.length, { what: 'wires', wires: results }),
    text,
    seed,
    warnings: allFound > 0 ? [{ code: 'findings', message: `${allFound} damaged frames were not handled` }] : [],
  };
}

async function fuzzWire(wire: WireFrames, cases: number, seed: number, environment: Environment): Promise<WireResult> {
  const { clock } = environment.runtime;
  const startMs = clock.monotonicMs();
  const tallies: WireTally[] = [];
  const findings: WireFinding[] = [];
  const found = noneFound();
  let [done, peakHeapBytes, peakRssBytes] = [0, 0, 0];
  const note = (finding: WireFinding): void => {
    if (findings.filter(({ fault }) => fault === finding.fault).length < MOST_FINDINGS) findings.push(finding);
  };
  const take = (report: WireReport): number => {
    for (const tally of report.tallies) add(tallies, tally);
    for (const finding of report.findings) note(finding);
    for (const fault of FAULTS) found[fault] += report.found[fault];
    peakHeapBytes = Math.max(peakHeapBytes, report.heapBytes);
    peakRssBytes = Math.max(peakRssBytes, report.rssBytes);
    done += report.cases;
    if (environment.interactive && done % 20_000 === 0) environment.progress(`${wire.wire}: ${done} of ${cases} damaged frames`);
    return report.cases;
  };
  await runAllCases<WireReport>(
    cases,
    (range, taken) => {
      environment.signal.throwIfAborted();
      const job = { wire: wire.wire, seed, ...range, maxCaseMs: MAX_CASE_MS };
      return runThread(new URL('./fuzz-wire-worker.mjs', import.meta.url), job, MAX_HEAP_MIB, taken, environment);
    },
    take,
    ({ at, fault, message }) => {
      found[fault] += 1;
      note({ case: at, wire: wire.wire, kind: kindOf(wire, at).name, fault, message });
    },
  );
  const kinds = wire.kinds.map((kind) =>
    sumUp(
      kind,
      tallies.filter((tally) => tally.kind === kind.name),
    ),
  );
  const values = tallies.filter(
    ({ kind, damage }) => damage === 'bytes' && wire.kinds.some(({ name, isValue }) => isValue && name === kind),
  );
  return {
    wire: wire.wire,
    cases,
    kinds,
    findings,
    found,
    valueRejection: rejection(values),
    formBroken: sum(kinds, (kind) => kind.formBroken),
    corruptAccepted: sum(tallies, (tally) => tally.corruptAccepted),
    peakHeapMiB: peakHeapBytes / 2 ** 20,
    peakRssMiB: peakRssBytes / 2 ** 20,
    wallS: (clock.monotonicMs() - startMs) / 1000,
  };
}

function foundIn({ found }: Pick<WireResult, 'found'>): number {
  return sum(FAULTS, (fault) => found[fault]);
}

function add(into: WireTally[], tally: WireTally): void {
  const known = into.find(({ kind, damage }) => kind === tally.kind && damage === tally.damage);
  if (!known) {
    into.push(tally);
    return;
  }
  for (const outcome of ['refused', 'same', 'passed'] as const) known.counts[outcome] += tally.counts[outcome];
  known.formBroken += tally.formBroken;
  known.corruptAccepted += tally.corruptAccepted;
  known.slowestMs = Math.max(known.slowestMs, tally.slowestMs);
}

function sumUp({ reader, name, isValue }: WireFrames['kinds'][number], own: readonly WireTally[]): KindResult {
  const [refused, same, passed] = (['refused', 'same', 'passed'] as const).map((outcome) => sum(own, ({ counts }) => counts[outcome]));
  const by = (damage: (typeof DAMAGES)[number]) => rejection(own.filter((tally) => tally.damage === damage));
  return {
    reader,
    kind: name,
    isValue,
    cases: refused! + same! + passed!,
    refused: refused!,
    same: same!,
    passed: passed!,
    formBroken: sum(own, (tally) => tally.formBroken),
    slowestMs: Math.max(0, ...own.map((tally) => tally.slowestMs)),
    rejection: { bytes: by('bytes'), blocks: by('blocks'), noise: by('noise') },
  };
}

function rejection(tallies: readonly WireTally[]): number | null {
  const refused = sum(tallies, ({ counts }) => counts.refused);
  const changed = refused + sum(tallies, ({ counts }) => counts.passed);
  return changed === 0 ? null : refused / changed;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(2)} %`;
}
