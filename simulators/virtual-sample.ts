import type { ReferencePhase } from '../models/references/load-references.ts';
import { calibratedBackground } from '../src/diffraction/calibrated-optics.ts';
import { calibratedPrior } from '../src/diffraction/calibrated-prior.ts';
import { computeReflections } from '../src/diffraction/reflections.ts';
import { drawScene, type LibraryPhase, POWDER_PRIOR, type Scene, type ScenePrior, sceneWeightFractions } from '../src/diffraction/scene.ts';
import type { Texture } from '../src/diffraction/texture.ts';
import { badInput } from '../src/domain/errors.ts';
import type { InstrumentCalibration } from '../src/domain/instrument-calibration.ts';
import { parsePhaseId, samePhase } from '../src/domain/phase.ts';
import { primaryWavelengthA, type Radiation } from '../src/domain/radiation.ts';
import type { RandomSource } from '../src/ports/runtime.ts';
import { MountedSample } from './mounted-sample.ts';
import type { SamplePhysics } from './sample-physics.ts';
import type { Specimen, WireScan } from './specimen.ts';
import { poissonExposure, type TakenAtS } from './virtual-detector.ts';

/** A phase of the sample; `height` is that of its strongest line relative to the others' heights. */
export interface PhaseAmount {
  readonly phaseId: string;
  readonly height: number;
}

export interface VirtualSampleSetup {
  /** The reference space: what may be in the sample. */
  readonly references: readonly ReferencePhase[];
  /** Null draws three member phases, one of them minor. */
  readonly phases: readonly PhaseAmount[] | null;
  readonly radiation: Radiation;
  /** The instrument that it is measured in; null or left out draws one. */
  readonly calibration?: InstrumentCalibration | null;
  readonly strainMax: number;
  /** Probability that the sample shows lines of no known phase. */
  readonly unknownPeakShare: number;
  /** Counts per second in the strongest line; null draws it. */
  readonly peakCps: number | null;
  readonly physics: SamplePhysics;
  readonly sampleId: string;
  readonly random: RandomSource;
}

/** Relative heights of the second and of the minor phase of a drawn sample, and the rate of its strongest line. */
const SECOND_HEIGHT = [0.3, 1] as const;
const MINOR_HEIGHT = [0.04, 0.12] as const;
const PEAK_CPS = [1000, 5000] as const;
/** K beta is shorter than K alpha by a tenth; its lines need reflections of smaller d (Mo: 0.89). */
const SHORTEST_LINE = 0.88;

/**
 * A sample drawn from the random source out of a reference space, with effects that the training patterns lack (axial asymmetry, K beta and
 * tungsten lines, grain statistics, another background). The same source gives the same sample, and the same scans of it the same counts.
 * Fails with 'badInput' for a phase that the space does not hold.
 */
export function virtualSample(setup: VirtualSampleSetup): Specimen {
  const { random, radiation, physics, references } = setup;
  const amounts = setup.phases ?? drawAmounts(references, random.fork('amounts'));
  const scene = drawSceneOf(amounts, setup);
  const peakCps = setup.peakCps ?? logUniform(random.fork('peak'), PEAK_CPS);
  const other = (): Scene | null => {
    const others = drawAmounts(references, random.fork('wrong'), amounts);
    return others.length === 0 ? null : drawSceneOf(others, { ...setup, random: random.fork('wrong') });
  };
  const sample = new MountedSample({ right: scene, other, peakCps, physics, random: random.fork('grains') });
  const rateOf = (twoThetaDeg: Float64Array, takenAtS: TakenAtS) => sample.rateCps(twoThetaDeg, takenAtS);
  const visits = new Map<string, number>();
  return {
    sampleId: setup.sampleId,
    radiation,
    rasters: 'free',
    range: null,
    apertureDeg: null,
    refusal: () => null,
    expose(scan: WireScan, takenAtS) {
      const geometry = `${scan.fromUdeg}/${scan.stepUdeg}/${scan.pointCount}/${scan.dwellNs}`;
      const visit = (visits.get(geometry) ?? 0) + 1;
      visits.set(geometry, visit);
      const light = { rateOf, version: () => sample.version };
      return poissonExposure(light, scan, random.fork(`counts/${geometry}/${visit}`), physics.deadTime, takenAtS);
    },
    rateCps: rateOf,
    holder: sample,
    truth: () => ({ kind: 'scene', ...describe(scene, peakCps), physics }),
  };
}

/** Three different member phases with known structures, none of them of `without`: a main one, a second and a minor one. */
function drawAmounts(references: readonly ReferencePhase[], random: RandomSource, without: readonly PhaseAmount[] = []): PhaseAmount[] {
  const members = references.filter(
    ({ role, phaseId }) =>
      role === 'member' && parsePhaseId(phaseId)?.spaceGroup !== 0 && !without.some((known) => samePhase(known.phaseId, phaseId)),
  );
  const heights = [1, logUniform(random, SECOND_HEIGHT), logUniform(random, MINOR_HEIGHT)];
  return heights
    .slice(0, members.length)
    .map((height) => ({ phaseId: members.splice(random.integer(members.length), 1)[0]!.phaseId, height }));
}

function drawSceneOf(amounts: readonly PhaseAmount[], setup: VirtualSampleSetup): Scene {
  const { radiation, random, references, physics } = setup;
  const wavelengthA = primaryWavelengthA(radiation) * SHORTEST_LINE;
  const library = amounts.map(({ phaseId }): LibraryPhase => {
    const reference = references.find((known) => samePhase(known.phaseId, phaseId));
    if (!reference)
      throw badInput(
        'phases',
        `the reference space holds no phase ${phaseId}`,
        `name phases of the space, such as ${references[0]?.phaseId}`,
      );
    const reflections = computeReflections(reference.structure, { wavelengthA, twoThetaMaxDeg: 145, anode: radiation.anode });
    return { phaseId: reference.phaseId, structure: reference.structure, reflections };
  });
  const powder = POWDER_PRIOR(setup.strainMax);
  const prior: ScenePrior = {
    ...powder,
    radiation,
    phaseCount: library.map((_, i) => (i === library.length - 1 ? 1 : 0)),
    unknownPeaks: { ...powder.unknownPeaks, share: setup.unknownPeakShare },
    ...(physics.grainSigma === null ? {} : { grainSigma: physics.grainSigma === 0 ? null : [physics.grainSigma, physics.grainSigma] }),
    // Where only wavelengths are known there may be no tube at all.
    ...(radiation.anode !== null ? {} : { kBetaWeight: [0, 0], tungstenWeight: [0, 0] }),
  };
  const calibration = setup.calibration ?? null;
  const drawn = drawScene(random.fork('scene'), library, calibration ? calibratedPrior(prior, calibration, 0) : prior);
  const scene = calibration ? { ...drawn, background: calibratedBackground(calibration, drawn.peakCps) } : drawn;
  const strongest = Math.max(...amounts.map(({ height }) => height));
  const phases = library.map(({ phaseId }, i) => {
    const { state } = scene.phases.find((phase) => phase.phaseId === phaseId)!;
    const scale = (scene.peakCps * amounts[i]!.height) / strongest;
    return { phaseId, state: { ...state, scale, texture: chosenTexture(physics) ?? state.texture } };
  });
  const { displacementMm, zeroShiftDeg } = physics;
  const shift = { zeroDeg: zeroShiftDeg ?? scene.shift.zeroDeg, displacementMm: displacementMm ?? scene.shift.displacementMm };
  return { ...scene, phases, shift };
}

function chosenTexture({ textureR, textureAxis: [h, k, l] }: SamplePhysics): Texture | null {
  return textureR === null ? null : { h, k, l, r: textureR };
}

function describe(scene: Scene, peakCps: number): Readonly<Record<string, unknown>> {
  const weightFractions = sceneWeightFractions(scene);
  const phases = scene.phases.map(({ phaseId, state }, i) => ({
    phaseId,
    relativeHeight: state.scale / scene.peakCps,
    weightFraction: weightFractions[i],
    strain: state.strain,
    sizeNm: state.sizeNm,
    texture: state.texture,
  }));
  const { shift, background, unknownPeaks, optics } = scene;
  return {
    phaseIds: scene.phases.map((phase) => phase.phaseId),
    scene: { phases, shift, background, unknownPeaks, optics, peakCps },
  };
}

function logUniform(random: RandomSource, [from, to]: readonly [number, number]): number {
  return from * (to / from) ** random.uniform();
}
