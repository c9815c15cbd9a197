import { badInput } from '../domain/errors.ts';
import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import type { SampleKnowledge } from '../domain/sample-knowledge.ts';
import type { IdentifyMethod } from './open-identifier.ts';

/** What an identifier is told beside the pattern. */
export interface Given {
  readonly knowledge: SampleKnowledge | null;
  readonly calibration: InstrumentCalibration | null;
}

type Told = 'cifs' | 'elements' | 'required' | 'expected' | 'holder' | 'internalStandard' | 'calibration';

/** How the user wrote what was told, and what can be done where a method cannot heed it. */
export interface Wording extends Readonly<Record<Told, string>> {
  readonly remedy: string;
}

export const commandWording: Wording = {
  cifs: '--cif',
  elements: '--elements',
  required: '--require',
  expected: '--expect',
  holder: '--holder',
  internalStandard: '--internal-standard',
  calibration: '--instrument',
  remedy: 'use --method hybrid or search',
};

export const baselinesWording: Wording = { ...commandWording, remedy: 'leave it out of --baselines, or do not tell this of the sample' };

export const configWording: Wording = {
  cifs: 'model.cifs',
  elements: 'sample.elements',
  required: 'sample.require',
  expected: 'sample.expect',
  holder: 'sample.holder',
  internalStandard: 'sample.internalStandard',
  calibration: 'instrument.calibration',
  remedy: 'set model.method to hybrid or search',
};

/** What is told that a method cannot heed: least squares takes structures and elements, the other baselines nothing. */
export function unheededBy(method: IdentifyMethod, { knowledge, calibration }: Given): Told[] {
  if (method === 'hybrid' || method === 'search') return [];
  const references: readonly [Told, boolean][] = [
    ['cifs', (knowledge?.cifs.length ?? 0) > 0],
    ['elements', (knowledge?.elements ?? null) !== null],
  ];
  const beliefs: readonly [Told, boolean][] = [
    ['required', (knowledge?.required.length ?? 0) > 0],
    ['expected', (knowledge?.expected.length ?? 0) > 0],
    ['holder', (knowledge?.holder ?? null) !== null],
    ['internalStandard', (knowledge?.internalStandard ?? null) !== null],
    ['calibration', calibration !== null],
  ];
  return [...(method === 'nnls' ? [] : references), ...beliefs].flatMap(([told, isGiven]) => (isGiven ? [told] : []));
}

/** Throws badInput naming what the method cannot heed, in the words of the user. */
export function demandHeeded(method: IdentifyMethod, given: Given, wording: Wording): void {
  const names = unheededBy(method, given).map((told) => wording[told]);
  if (names.length > 0) throw badInput(names.join(', '), `the baseline ${method} cannot heed ${names.join(', ')}`, wording.remedy);
}
