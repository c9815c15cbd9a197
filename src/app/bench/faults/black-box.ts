import type { Specimen } from '../../../../simulators/specimen.ts';

/** One line of the simulator's journal, with the wall clock in ms. */
export type Note = Readonly<Record<string, unknown>> & { readonly kind: string; readonly wallMs: number };

/** What the instrument truly did in one execution of a scan. */
export interface Execution {
  /** As the instrument's journal names it. */
  readonly name: string;
  readonly attempt: number;
  /** The last scan that the agent had asked for, as requestId.attempt. */
  readonly askedFor: string | null;
  readonly fromUdeg: number;
  readonly stepUdeg: number;
  readonly liveS: number;
  /** Counts of every point, in order; null where the point had no beam all the time, or may have had none. */
  readonly counts: (number | null)[];
  /** First point behind each chunk. */
  readonly chunkEnds: number[];
}

/**
 * Listens to the instrument from the inside: its journal, and every count between sample and detector. Knows nothing of what the driver says, but
 * for the order in which scans were asked for.
 */
export class BlackBox {
  readonly notes: Note[] = [];
  readonly executions: Execution[] = [];
  private readonly monotonicMs: () => number;
  private askedFor: string | null = null;
  private drawn: number[] = [];
  private isSealed = false;

  constructor(monotonicMs: () => number) {
    this.monotonicMs = monotonicMs;
  }

  /** The agent asks for a scan. */
  asked(scanId: string): void {
    this.askedFor = scanId;
    this.note('asked', { scanId });
  }

  /** From now on nothing is noted: what the instrument does when it is switched off proves nothing. */
  seal(): void {
    this.isSealed = true;
  }

  note(kind: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.isSealed) return;
    this.notes.push({ ...fields, kind, wallMs: this.monotonicMs() });
    if (kind === 'execution') this.begin(fields);
    if (kind === 'chunk') this.deliver(Number(fields['points']), Number(fields['countsSum']));
  }

  overhear(specimen: Specimen): Specimen {
    return {
      ...specimen,
      expose: (...given) => {
        const exposure = specimen.expose(...given);
        return {
          count: (first, n) => {
            const counted = exposure.count(first, n);
            this.drawn = counted.counts;
            return counted;
          },
        };
      },
    };
  }

  isBeamOn(): boolean {
    const last = this.notes.findLast(({ kind }) => kind === 'beam');
    return last !== undefined && isLit(last);
  }

  private begin(fields: Readonly<Record<string, unknown>>): void {
    this.executions.push({
      name: String(fields['requestId']),
      attempt: Number(fields['attempt']),
      askedFor: this.askedFor,
      fromUdeg: Number(fields['fromUdeg']),
      stepUdeg: Number(fields['stepUdeg']),
      liveS: Number(fields['dwellNs']) / 1e9,
      counts: [],
      chunkEnds: [],
    });
  }

  /** A chunk whose sum is not that of the light that fell was partly counted in the dark. */
  private deliver(points: number, countsSum: number): void {
    const execution = this.executions.at(-1);
    if (!execution) return;
    const isTrue = this.drawn.length === points && this.drawn.reduce((sum, count) => sum + count, 0) === countsSum;
    execution.counts.push(...(isTrue ? this.drawn : new Array<null>(points).fill(null)));
    execution.chunkEnds.push(execution.counts.length);
  }
}

export function isLit(beam: Note): boolean {
  return beam['shutter'] === 'open' && beam['generatorOn'] === true;
}
