import { parsePhaseId } from './phase.ts';
import type { ExpectedPhase, InternalStandard } from './sample-knowledge.ts';

/** What a text says, or what is wrong with it. */
export type Told<T> = { readonly value: T } | { readonly fault: string; readonly remedy: string };

/** Probability of a phase that is called likely without a number. */
export const LIKELY = 0.8;
/** A belief must not forbid: odds of 99 to 1 are the most that can be told. */
const MOST = 0.99;

/** A phase thought likely: PHASE, or PHASE:0.9. */
export function readExpected(text: string): Told<ExpectedPhase> {
  const [phaseId = '', share, ...rest] = text.split(':');
  const probability = share === undefined ? LIKELY : Number(share);
  if (rest.length > 0 || share?.trim() === '' || !(probability >= 1 - MOST - 1e-9 && probability <= MOST))
    return {
      fault: `${text} gives no probability from ${(1 - MOST).toFixed(2)} to ${MOST}`,
      remedy: 'write PHASE or PHASE:0.9; a belief never forbids what is measured',
    };
  if (parsePhaseId(phaseId) === null)
    return {
      fault: `${phaseId || '(nothing)'} is no phase id`,
      remedy: 'write formula_space group, such as ZrO2_14; see: ewald phases list',
    };
  return { value: { phaseId, probability } };
}

/** A phase weighed into the sample and its share of the mixture: PHASE:0.2. */
export function readInternalStandard(text: string): Told<InternalStandard> {
  const [phaseId = '', share, ...rest] = text.split(':');
  const weightFraction = Number(share);
  if (rest.length > 0 || parsePhaseId(phaseId) === null || !(weightFraction > 0 && weightFraction < 1))
    return {
      fault: `${text} is no phase with its share of the mixture`,
      remedy: 'write PHASE:SHARE with a share between 0 and 1, such as Al2O3_167:0.2',
    };
  return { value: { phaseId, weightFraction } };
}
