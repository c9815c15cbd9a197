import type { FitData } from './fit-data.ts';
import type { MixtureFit } from './fit-mixture.ts';

export interface ExplainedShare {
  /** Part of what the data show at the phase's own lines, beyond noise, that the phase explains: 1 for a phase whose every line is there. */
  readonly explained: number;
  /** Part of the phase's intensity that stands where it is the strongest contribution. */
  readonly isolated: number;
}

/** Only points where the phase is at least this share of its own maximum count as its lines. */
const LINE_SHARE = 0.05;
/** Error of the other phases' lines under its own, as a share of their height. */
const OTHERS_ERROR = 0.15;

/**
 * Does the phase explain its lines, or does it only mend what another phase's lines leave? With the phase taken out of the model, its windows
 * show an excess chi-square over noise; the share of it that the phase removes tells the two apart.
 */
export function explainedShare(data: FitData, fit: MixtureFit, phase: number): ExplainedShare {
  const own = fit.contributions[phase]!;
  const highest = own.reduce((max, value) => Math.max(max, value), 0);
  if (highest <= 0) return { explained: 0, isolated: 0 };
  let [without, withIt, isolated, total] = [0, 0, 0, 0];
  for (let i = 0; i < own.length; i++) {
    if (own[i]! < LINE_SHARE * highest) continue;
    const others = Math.max(0, fit.model[i]! - own[i]! - fit.background[i]!);
    const variance = Math.max(data.variance[i]!, fit.model[i]!) + (OTHERS_ERROR * others) ** 2;
    const left = data.counts[i]! - fit.model[i]!;
    withIt += (left * left) / variance - 1;
    without += (left + own[i]!) ** 2 / variance - 1;
    total += own[i]!;
    if (own[i]! > others) isolated += own[i]!;
  }
  const explained = without <= 0 ? 0 : 1 - Math.max(0, withIt) / without;
  return { explained: Math.min(1, Math.max(0, explained)), isolated: isolated / total };
}
