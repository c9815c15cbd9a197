import type { Environment } from '../../../src/app/command.ts';
import type { Identification, PhaseCandidate } from '../../../src/domain/identification.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';
import type { Identifier } from '../../../src/ports/identifier.ts';
import { candidate, identification } from '../../support/identifications.ts';
import { manualRuntime } from '../../support/manual-runtime.ts';

export interface FakeIdentifier extends Identifier {
  readonly seen: Pattern[];
  readonly isClosed: () => boolean;
}

/** Answers every pattern by `answer`; remembers what it saw. */
export function fakeIdentifier(
  phaseIds: readonly string[],
  answer: (pattern: Pattern) => { readonly candidates: readonly PhaseCandidate[]; readonly verdict?: Identification['verdict'] },
): FakeIdentifier {
  const seen: Pattern[] = [];
  let closed = false;
  return {
    modelId: 'fake',
    modelSha256: 'f'.repeat(64),
    phaseIds,
    threshold: 0.5,
    seen,
    isClosed: () => closed,
    identify: async (pattern) => {
      seen.push(pattern);
      const { candidates, verdict } = answer(pattern);
      return identification(candidates, { patternId: pattern.patternId, ...(verdict ? { verdict } : {}) });
    },
    explain: async (pattern, ids) =>
      ids.map((phaseId, i) => ({
        phaseId,
        memberId: 'm1',
        of: 'measured',
        twoThetaDeg: pattern.twoThetaDeg,
        weight: pattern.twoThetaDeg.map((deg) => (Math.abs(deg - 20 - 20 * i) < 0.5 ? 1 : 0)),
      })),
    close: async () => {
      closed = true;
    },
  };
}

export const claims = (...ids: string[]) => ({ candidates: ids.map((id) => candidate(id, 0.9)) });

export function environment(signal = new AbortController().signal): Environment & { readonly lines: string[] } {
  const lines: string[] = [];
  return { runtime: manualRuntime(), json: true, interactive: false, progress: (line) => void lines.push(line), signal, lines };
}

/** A text file of 2theta and counts with a peak at `peakDeg`. */
export function columns(peakDeg: number, fromDeg = 10, toDeg = 60, stepDeg = 0.5): string {
  const points = Math.round((toDeg - fromDeg) / stepDeg) + 1;
  return Array.from({ length: points }, (_, i) => fromDeg + i * stepDeg)
    .map((deg) => `${deg.toFixed(3)} ${20 + Math.round(1000 * Math.exp(-((deg - peakDeg) ** 2)))}`)
    .join('\n');
}
