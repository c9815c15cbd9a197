import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { calibratedPrior, TRAINING_SPREAD } from '../../src/diffraction/calibrated-prior.ts';
import { computeReflections } from '../../src/diffraction/reflections.ts';
import { drawScene, type LibraryPhase, SCORING_PRIOR, sceneRates, TRAINING_PRIOR } from '../../src/diffraction/scene.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { badInput, EwaldError } from '../../src/domain/errors.ts';
import type { InstrumentCalibration } from '../../src/domain/instrument-calibration.ts';
import type { RandomSource } from '../../src/ports/runtime.ts';
import { poissonGrid } from '../bin-pattern.ts';
import { gridAnglesDeg, INPUT_GRID } from '../input-grid.ts';
import { networkInput } from '../preprocess.ts';
import { parseInstrumentFile } from '../references/instrument-file.ts';
import { loadReferences, loadReferencesFrom, type ReferencePhase } from '../references/load-references.ts';
import { drawExposure, type ExposurePrior, SCORING_EXPOSURE, TRAINING_EXPOSURE } from './draw-exposure.ts';
import { openPatternsWriter } from './patterns-writer.ts';

/** Lines are listed to the end of the grid. */
const TO_DEG = INPUT_GRID.fromDeg + INPUT_GRID.points * INPUT_GRID.stepDeg;

/** Phases with their lines at the reference wavelength, ready for drawing scenes. */
export function libraryOf(references: readonly ReferencePhase[]): LibraryPhase[] {
  const options = { wavelengthA: INPUT_GRID.wavelengthA, twoThetaMaxDeg: TO_DEG, anode: 'Cu' };
  return references.map(({ phaseId, structure }) => ({
    phaseId,
    structure,
    reflections: computeReflections(structure, options),
  }));
}

export interface DrawOptions {
  readonly prior: Parameters<typeof drawScene>[2];
  readonly exposure: ExposurePrior;
  /** Phases that occur; the library where left out. */
  readonly occurring?: readonly LibraryPhase[];
  readonly count: number;
  /** Measurements of each scene: other counts, ranges and windows of the same sample. */
  readonly perScene: number;
}

/** The phases of the library that scenes are drawn from; the others are candidates that never occur. */
function occurring(references: readonly ReferencePhase[], library: readonly LibraryPhase[], role: string): LibraryPhase[] {
  if (role === 'all') return [...library];
  const wanted = new Set(references.flatMap((phase) => (phase.role === role ? [phase.phaseId] : [])));
  return library.filter(({ phaseId }) => wanted.has(phaseId));
}

/** Draws patterns as networks see them. `heights`: relative peak height by place in the library; both arrays are reused. */
export function drawPatterns(
  random: RandomSource,
  library: readonly LibraryPhase[],
  options: DrawOptions,
  take: (heights: Float64Array, input: Float32Array) => void,
): void {
  const angles = gridAnglesDeg(INPUT_GRID);
  const counts = new Float64Array(INPUT_GRID.points);
  const heights = new Float64Array(library.length);
  const input = new Float32Array(3 * INPUT_GRID.points);
  const place = new Map(library.map(({ phaseId }, i) => [phaseId, i]));
  for (let done = 0; done < options.count; ) {
    const scene = drawScene(random, options.occurring ?? library, options.prior);
    const rates = sceneRates(scene, angles);
    heights.fill(0);
    for (const { phaseId, state } of scene.phases) heights[place.get(phaseId)!] = state.scale / scene.peakCps;
    for (let k = 0; k < options.perScene && done < options.count; k++, done++) {
      const { liveS, measured } = drawExposure(random, INPUT_GRID, scene.peakCps, options.exposure);
      for (let i = 0; i < counts.length; i++) counts[i] = liveS[i]! > 0 ? random.poisson(rates[i]! * liveS[i]!) : 0;
      networkInput(poissonGrid(counts, liveS, measured), input);
      take(heights, input);
    }
  }
}

function priorNamed(name: string): Pick<DrawOptions, 'prior' | 'exposure'> {
  if (name === 'training') return { prior: TRAINING_PRIOR, exposure: TRAINING_EXPOSURE };
  const strain = /^scoring([13])$/.exec(name)?.[1];
  if (strain) return { prior: SCORING_PRIOR(Number(strain) / 100), exposure: SCORING_EXPOSURE };
  throw badInput('--prior', `there is no prior ${name}`, 'use training, scoring1 or scoring3');
}

function instrumentNamed(file: string): InstrumentCalibration {
  try {
    return parseInstrumentFile(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof EwaldError) throw error;
    throw badInput('--instrument', `the instrument file ${file} cannot be read`, 'check the name and the permissions', error);
  }
}

/**
 * `node --import tsx models/training/draw-patterns.ts --space S --count N --seed K --out FILE [--references FOLDER] [--prior training] [--per-scene 1]
 * [--role all] [--instrument FILE]`. `--references` names a folder with structures of its own; the space then is only a name. `--instrument` draws near a
 * calibrated instrument (docs/calibrate.md). Says on stdout what it has drawn.
 */
function main(): void {
  const { values } = parseArgs({
    options: {
      space: { type: 'string', default: 'solid-state-precursors' },
      references: { type: 'string' },
      count: { type: 'string' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
      prior: { type: 'string', default: 'training' },
      'per-scene': { type: 'string', default: '1' },
      role: { type: 'string', default: 'all' },
      instrument: { type: 'string' },
    },
  });
  const count = Number(values.count);
  if (!values.out || !Number.isInteger(count) || count < 1)
    throw badInput('draw-patterns', '--out and --count are needed', 'give a file and how many patterns to draw');
  const references = values.references === undefined ? loadReferences(values.space) : loadReferencesFrom(values.references);
  const library = libraryOf(references);
  const phases = library.map(({ phaseId }) => phaseId);
  const named = priorNamed(values.prior);
  const calibration = values.instrument === undefined ? null : instrumentNamed(values.instrument);
  const priorName = calibration ? `${values.prior} near ${calibration.instrumentId}` : values.prior;
  // What is drawn must not depend on what the user calls the folder of his structures.
  const space = values.references === undefined ? values.space : 'own';
  const writer = openPatternsWriter(values.out, phases, INPUT_GRID, { space, prior: priorName, seed: values.seed });
  const random = seededRandom(`${space}/${values.prior}/${values.seed}`);
  const options = {
    ...named,
    prior: calibration ? calibratedPrior(named.prior, calibration, TRAINING_SPREAD) : named.prior,
    occurring: occurring(references, library, values.role),
    count,
    perScene: Number(values['per-scene']),
  };
  const say = (event: string, drawn: number): void => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(`${JSON.stringify({ event, drawn, count, cpuS: (user + system) / 1e6 })}\n`);
  };
  let done = 0;
  drawPatterns(random, library, options, (heights, input) => {
    writer.write(heights, input);
    if (++done % 500 === 0 && done < count) say('progress', done);
  });
  writer.close();
  say('done', done);
}

if (process.argv[1]?.endsWith('draw-patterns.ts')) main();
