/** What every document has. A failure has no result and a success no error: a test reads the one that it expects to be there. */
export interface Document<R = RunResult> {
  readonly schema: string;
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly result: R;
  readonly error: { readonly code: string; readonly subject: string; readonly message: string; readonly remedy: string };
}

/** What tests read of a run's result; the rest is compared whole. */
export interface RunResult {
  readonly runId: string;
  readonly verdict: { readonly kind: string; readonly reason: string };
  readonly identification: { readonly phases: readonly { readonly phaseId: string }[] };
  readonly cycles: readonly { readonly scans: readonly { readonly points: number; readonly completeness: string }[] }[];
  readonly ledgerS: Readonly<
    Record<'counting' | 'moving' | 'settling' | 'overhead' | 'shutter' | 'waiting' | 'instrument' | 'thinking' | 'wall', number>
  >;
  readonly integrity: { readonly countsSum: number; readonly liveSSum: number; readonly resumes: number };
  readonly truth: { readonly phaseIds: readonly string[] };
  readonly reportFile: string;
}

/** Of `run --plan`. */
export interface PlanResult {
  readonly requests: readonly unknown[];
  readonly estimateS: number;
}

/** Of runs with several seeds. */
export interface SeedsResult {
  readonly runs: readonly (RunResult & { readonly seed: number })[];
  readonly summary: Readonly<
    Record<'n' | 'acceptRight' | 'acceptWrong' | 'inconclusive' | 'novel' | 'fault' | 'instrumentSMedian', number>
  >;
}

/** Of `instruments check`. */
export interface CheckResult {
  readonly safety: unknown;
  readonly problems: readonly { readonly what: string }[];
}

/** Of `bench wires`. */
export interface WiresResult {
  readonly sameVerdict: boolean;
  readonly runs: readonly {
    readonly wire: string;
    readonly verdict: string;
    readonly phaseIds: readonly string[];
    readonly right: boolean;
    readonly cycles: number;
    readonly scans: number;
    readonly countsSum: number;
    readonly counts: Readonly<Record<'alike' | 'identical' | 'elsewhere', number>>;
  }[];
}
