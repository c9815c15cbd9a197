import type { RivalSet } from '../domain/identification.ts';

export interface Membership {
  readonly phaseId: string;
  readonly probability: number;
  readonly claimed: boolean;
  readonly rivalId: string | null;
  /** How much worse the rival explains the data, in nats; null where there is none. */
  readonly margin: number | null;
}

/** Rivals that a margin of this many tempered nats leaves at 1:e. */
const MARGIN_NATS = 6;
const SHOWN = 6;

/**
 * The sets of phases that are still possible, most probable first; the first is the claimed one. Neighbours of the claimed set are weighed
 * against it: one phase more or less by the phase's own odds, an exchange by the likelihood margin; the rest is "none of these".
 */
export function rivalSets(members: readonly Membership[], differsAtDeg: (a: string, b: string) => readonly number[]): RivalSet[] {
  const claimed = members.filter((member) => member.claimed);
  const ids = claimed.map((member) => member.phaseId);
  const odds = new Map<string, { phaseIds: string[]; odds: number; differsAtDeg: readonly number[] }>();
  const offer = (phaseIds: string[], value: number, at: readonly number[]) => {
    const key = [...phaseIds].sort().join('+');
    const known = odds.get(key);
    if (!known || known.odds < value) odds.set(key, { phaseIds, odds: value, differsAtDeg: at });
  };
  for (const { phaseId, probability, claimed: isClaimed, rivalId, margin } of members) {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
    if (isClaimed) {
      offer(
        ids.filter((id) => id !== phaseId),
        (1 - p) / p,
        [],
      );
      if (rivalId && margin !== null && !ids.includes(rivalId))
        offer(
          ids.map((id) => (id === phaseId ? rivalId : id)),
          Math.exp(-Math.max(0, margin) / MARGIN_NATS),
          differsAtDeg(phaseId, rivalId),
        );
    } else offer([...ids, phaseId], p / (1 - p), []);
  }
  const total = 1 + [...odds.values()].reduce((sum, other) => sum + other.odds, 0);
  const others = [...odds.values()].map(
    (other): RivalSet => ({ phaseIds: other.phaseIds, probability: other.odds / total, differsAtDeg: other.differsAtDeg }),
  );
  const best: RivalSet = { phaseIds: ids, probability: 1 / total, differsAtDeg: [] };
  return [best, ...others.sort((a, b) => b.probability - a.probability).slice(0, SHOWN)];
}

/** The same sets with the first at the probability that it is known to have, the others sharing the rest as before. */
export function shareOut(sets: readonly RivalSet[], firstProbability: number): RivalSet[] {
  const rest = 1 - (sets[0]?.probability ?? 0);
  const factor = rest > 0 ? (1 - firstProbability) / rest : 0;
  return sets.map((set, rank) => ({ ...set, probability: rank === 0 ? firstProbability : set.probability * factor }));
}
