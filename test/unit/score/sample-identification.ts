import type { JudgedPattern, Truth } from '../../../src/analysis/score/judge.ts';
import { judge } from '../../../src/analysis/score/judge.ts';
import { candidate, identification } from '../../support/identifications.ts';

export function truth(phases: readonly (string | [string, number])[], more: Partial<Truth> = {}): Truth {
  return {
    id: 'scan',
    clusterId: more.id ?? 'scan',
    tags: [],
    certainty: null,
    phases: phases.map((phase) =>
      typeof phase === 'string' ? { phaseId: phase, weightFraction: null } : { phaseId: phase[0], weightFraction: phase[1] },
    ),
    scoresFractions: true,
    ...more,
  };
}

/** Expected ids and claimed ids (probability 0.9 each). */
export function judged(id: string, expected: readonly string[], claims: readonly string[], more: Partial<Truth> = {}): JudgedPattern {
  return judge(
    truth(expected, { id, clusterId: id, ...more }),
    0,
    identification(
      claims.map((claim) => candidate(claim, 0.9)),
      {},
    ),
  );
}
