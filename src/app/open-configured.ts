import type { Config } from '../../config/schema.ts';
import type { RunGoal } from '../domain/decision.ts';
import { EwaldError } from '../domain/errors.ts';
import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import type { Identifier } from '../ports/identifier.ts';
import type { Runtime } from '../ports/runtime.ts';
import { openIdentifier } from './compose.ts';
import { calibrationOf } from './config-calibration.ts';
import { knowledgeOf } from './config-knowledge.ts';
import { demandKnown } from './demand-known.ts';
import type { OpenIdentifier } from './open-identifier.ts';
import { commandWording, configWording, demandHeeded } from './unheeded.ts';

/** What a run needs before an instrument is looked for. */
export interface Configured {
  readonly identifier: Identifier;
  readonly calibration: InstrumentCalibration | null;
  /** The question with its phase as the model spells it. */
  readonly goal: RunGoal;
}

/** Opens the identifier that a config names, told what the config tells. Throws badInput in the words of the config. */
export async function openConfigured(
  config: Config,
  runtime: Pick<Runtime, 'clock' | 'log'>,
  open: OpenIdentifier = openIdentifier,
): Promise<Configured> {
  const knowledge = knowledgeOf(config);
  const calibration = calibrationOf(config, runtime);
  demandHeeded(config.model.method, { knowledge, calibration }, configWording);
  const identifier = await open({ ...config.model, knowledge, calibration }).catch((error: unknown) => {
    throw error instanceof EwaldError ? inConfigWords(error) : error;
  });
  try {
    return { identifier, calibration, goal: demandKnown(config.goal, identifier.phaseIds) };
  } catch (error) {
    await identifier.close();
    throw error;
  }
}

const WORDS: readonly (readonly [option: string, entry: string])[] = [
  // Before '--holder', with which it begins.
  ['--holder-lines', 'sample.holderLinesDeg'],
  ...(['cifs', 'elements', 'required', 'expected', 'holder', 'internalStandard', 'calibration'] as const).map(
    (told) => [commandWording[told], configWording[told]] as const,
  ),
];

/** Whoever opens an identifier speaks of the options of the command line; who wrote a config never saw those. */
function inConfigWords({ code, subject, message, remedy, cause }: EwaldError): EwaldError {
  const said = (text: string) => WORDS.reduce((told, [option, entry]) => told.replaceAll(option, entry), text);
  return new EwaldError(code, said(subject), said(message), said(remedy), cause);
}
