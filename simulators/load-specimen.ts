import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseInstrumentFile } from '../models/references/instrument-file.ts';
import { loadReferences, type ReferencePhase } from '../models/references/load-references.ts';
import { badInput } from '../src/domain/errors.ts';
import { parseRadiation } from '../src/formats/radiation-names.ts';
import type { RandomSource } from '../src/ports/runtime.ts';
import type { SimulatorOptions } from './options.ts';
import { physicsOf } from './physics-options.ts';
import { recordedSample } from './recorded-sample.ts';
import { readRecording, thinned } from './recording.ts';
import type { Specimen } from './specimen.ts';
import { virtualSample } from './virtual-sample.ts';

/** The specimen that the options ask for, drawn from `random`. Fails with 'badInput' or 'model'. */
export async function loadSpecimen(options: SimulatorOptions, random: RandomSource): Promise<Specimen> {
  const sampleId = `sample-${options.seed}`;
  const radiation = options.radiation === null ? null : parseRadiation(options.radiation);
  if (options.replay !== null) {
    const fast = await readRecording(readBytes(options.replay), basename(options.replay));
    const recordings = [options.thin < 1 ? thinned(fast, options.thin, random.fork('thin')) : fast];
    if (options.replaySlow !== null) recordings.push(await readRecording(readBytes(options.replaySlow), basename(options.replaySlow)));
    return recordedSample({ recordings, radiation, sampleId, random: random.fork('replay') });
  }
  const { space, phases, strainMax, unknownPeakShare, peakCps } = options;
  const calibration = options.instrument === null ? null : parseInstrumentFile(readText(options.instrument), basename(options.instrument));
  return virtualSample({
    references: referencesOf(space),
    phases,
    strainMax,
    unknownPeakShare,
    peakCps,
    radiation: calibration?.radiation ?? radiation ?? parseRadiation('CuKa12'),
    calibration,
    physics: physicsOf(options),
    sampleId,
    random: random.fork('sample'),
  });
}

/** Reading a space takes a good part of a second, and it does not change while the process runs. */
const loaded = new Map<string, readonly ReferencePhase[]>();

function referencesOf(space: string): readonly ReferencePhase[] {
  const references = loaded.get(space) ?? loadReferences(space);
  loaded.set(space, references);
  return references;
}

export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw badInput(file, `the file ${file} cannot be read`, 'check its path and permissions', error);
  }
}

/** A text file in UTF-8. Fails with 'badInput'. */
export function readText(file: string): string {
  return Buffer.from(readBytes(file)).toString('utf8');
}
