import type { ScanCommand } from '../domain/scan.ts';

/** A scan that was let through, and how long it may have had the beam on the sample, in instrument s. */
export interface Exposure {
  readonly scanId: string;
  readonly sampleId: string;
  readonly beamS: number;
}

/**
 * How long each sample may have been in the beam. A scan is charged with all the time it may take when it is let through, whatever comes of it:
 * the account never runs behind the dose.
 */
export class BeamAccount {
  readonly #mostS: number;
  readonly #charged = new Map<string, Map<string, number>>();

  /** `earlier`: what was let through before, by this program or the one that crashed. */
  constructor(mostS: number, earlier: readonly Exposure[]) {
    this.#mostS = mostS;
    for (const { scanId, sampleId, beamS } of earlier) this.#of(sampleId).set(scanId, beamS);
  }

  /** Why this scan would be too much for its sample, in one sentence; null where it is charged now, or was before. */
  charge({ requestId, attempt, sample }: Pick<ScanCommand, 'requestId' | 'attempt' | 'sample'>, beamS: number): string | null {
    const charged = this.#of(sample.sampleId);
    const scanId = `${requestId}.${attempt}`;
    if (charged.has(scanId)) return null;
    const spentS = this.#spentS(sample.sampleId);
    if (!(spentS + beamS <= this.#mostS)) {
      return `the sample ${sample.sampleId} would have ${Math.round(spentS + beamS)} s of beam, at most ${this.#mostS} s are allowed`;
    }
    charged.set(scanId, beamS);
    return null;
  }

  /** How long the sample may still be in the beam, instrument s; infinite where nothing bounds it. */
  leftS(sampleId: string): number {
    return Math.max(0, this.#mostS - this.#spentS(sampleId));
  }

  #spentS(sampleId: string): number {
    return [...this.#of(sampleId).values()].reduce((sum, one) => sum + one, 0);
  }

  #of(sampleId: string): Map<string, number> {
    const known = this.#charged.get(sampleId) ?? new Map<string, number>();
    this.#charged.set(sampleId, known);
    return known;
  }
}
