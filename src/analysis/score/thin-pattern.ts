import { badInput } from '../../domain/errors.ts';
import type { Pattern } from '../../domain/pattern.ts';
import type { RandomSource } from '../../ports/runtime.ts';

/** Why a pattern cannot be thinned, or null where it can: only integer raw counts have the statistics to thin. */
export function whyNotThin(pattern: Pattern): string | null {
  if (pattern.unit !== 'counts') return 'its intensities are not counts';
  if (!pattern.counts.every((count) => Number.isInteger(count) && count >= 0)) return 'its counts are not whole numbers';
  return null;
}

/**
 * The same measurement as if it had lasted `factor` (0..1) of its time: each photon is kept with that probability, so a Poisson count stays a
 * Poisson count; the live times shrink alike and the rates stay. Throws badInput where the pattern has no integer counts.
 */
export function thinPattern(pattern: Pattern, factor: number, random: RandomSource): Pattern {
  const why = whyNotThin(pattern);
  if (why) throw badInput(pattern.patternId, `the pattern cannot be thinned: ${why}`, 'thin only raw counts');
  if (!(factor > 0 && factor <= 1))
    throw badInput('thinning', `${factor} is no share of the counts`, 'give a factor above 0 and not above 1');
  return {
    ...pattern,
    patternId: `${pattern.patternId}x${factor}`,
    counts: pattern.counts.map((count) => random.binomial(count, factor)),
    liveS: pattern.liveS.map((liveS) => liveS * factor),
  };
}
