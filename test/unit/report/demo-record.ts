import type { RunGoal, RunView, Verdict } from '../../../src/domain/decision.ts';
import type { DisagreementRegion, Identification, PhaseCandidate } from '../../../src/domain/identification.ts';
import type { ScanRequest } from '../../../src/domain/scan.ts';
import { saveCheckpoint } from '../../../src/loop/checkpoint.ts';
import { type CycleFacts, newContext, type RunContext, type ScanFacts } from '../../../src/loop/context.ts';
import type { RunStore } from '../../../src/ports/run-store.ts';
import { candidate as anyCandidate } from '../../support/identifications.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { demoMaps, demoPattern, RUN_ID, VISITS } from './demo-pattern.ts';

export const GOAL: RunGoal = { kind: 'identify', confidence: 0.95, maxPhases: 4, budgetInstrumentS: 5400, maxCycles: 12, ceilingDeg: 80 };

/** As a model with a network of several members says it. */
export function candidate(phaseId: string, probability: number, more: Partial<PhaseCandidate> = {}): PhaseCandidate {
  const votes = { networkProbability: Math.max(0, probability - 0.04), spread: 0.021 };
  return anyCandidate(phaseId, probability, { groupPhaseIds: [phaseId], ...votes, scale: 0, ...more });
}

const COURSE = [
  { spentS: 1083, set: 0.41, p: [0.981, 0.874, 0.468, 0.22] },
  { spentS: 1706, set: 0.63, p: [0.998, 0.943, 0.671, 0.11] },
  { spentS: 2544, set: 0.82, p: [0.9993, 0.982, 0.842, 0.04] },
  { spentS: 3688, set: 0.962, p: [0.99991, 0.9962, 0.969, 0.012] },
];

export function demoIdentification(cycle = 4): Identification {
  const { p, set } = COURSE[cycle - 1]!;
  return {
    identificationId: `demo-identification-${cycle}`,
    patternId: 'demo-pattern',
    modelId: 'demo-model',
    threshold: 0.5,
    verdict: 'confident',
    candidates: [
      candidate('ZrO2_14', p[0]!, {
        weightFraction: 0.662,
        weightFractionSigma: 0.0083,
        scale: 421.3,
        latticeStrainMax: 0.0012,
        sizeNm: 48.1,
      }),
      candidate('TiO2_136', p[1]!, {
        weightFraction: 0.281,
        weightFractionSigma: 0.011,
        scale: 129.4,
        latticeStrainMax: 0.0004,
        sizeNm: 61,
      }),
      candidate('ZrO2_137', p[2]!, {
        weightFraction: 0.057,
        weightFractionSigma: 0.0061,
        scale: 33.8,
        sizeNm: 12,
        latticeStrainMax: 0.003,
        rivalId: 'La(OH)3_176',
        groupPhaseIds: ['ZrO2_137', 'HfO2_137'],
      }),
      candidate('La(OH)3_176', p[3]!, { rivalId: 'ZrO2_137' }),
      candidate('Nb2O5_0_TT', 0.003, { networkProbability: null, spread: null }),
    ],
    setProbability: set,
    rivalSets: [
      { phaseIds: ['ZrO2_14', 'TiO2_136'], probability: 0.027, differsAtDeg: [30.2, 50.2, 60.2] },
      { phaseIds: ['ZrO2_14', 'TiO2_136', 'La(OH)3_176'], probability: 0.008, differsAtDeg: [15.6] },
    ],
    shift: { zeroDeg: 0.013, displacementMm: -0.042 },
    unexplained: { fraction: 0.021, maxPeakSigma: 2.6, atDeg: 44.2 },
    novelty: { score: 0.08, isNovel: false },
    detectionLimits: [
      { phaseId: 'La(OH)3_176', weightFraction: 0.011, sigma: 3 },
      { phaseId: 'Nb2O5_0_TT', weightFraction: 0.07, sigma: 3 },
    ],
    disagreement: [],
    timingMs: { load: 410, network: 38, search: 512, explain: 61, total: 1021 },
  };
}

export const REGIONS: readonly DisagreementRegion[] = [
  { range: { fromDeg: 28.5, toDeg: 33.5 }, score: 0.71, between: ['ZrO2_137', 'La(OH)3_176'] },
  { range: { fromDeg: 13.5, toDeg: 18.5 }, score: 0.55, between: ['ZrO2_137', 'La(OH)3_176'] },
  { range: { fromDeg: 57.5, toDeg: 62.5 }, score: 0.31, between: ['ZrO2_137', 'ZrO2_14'] },
];

const REASONS = [
  'nothing is known yet: a quick survey of the lines that most phases share',
  'ZrO2_137 and La(OH)3_176 are both possible; their evidence differs most at 27-32 deg and 48-53 deg',
  'the set is right with 0.63; the angles above 60 deg hold lines of ZrO2_137 that are not covered',
  'ZrO2_137 is still in doubt; its strongest line is counted until it stands out by 5 sigma',
];

export function demoContext(verdict: Verdict | null = ACCEPT): RunContext {
  let clockS = 0;
  const scans = VISITS.map((visit, i): ScanFacts => {
    const points = Math.round((visit.toDeg - visit.fromDeg) / 0.02) + 1;
    const counting = points * visit.dwellS * 0.6;
    const startedAtS = clockS;
    clockS += counting + 21;
    return {
      ...visit,
      scanId: `${RUN_ID}-s${i}`,
      requestId: `${RUN_ID}-c${visit.cycle}-${i}`,
      attempt: 1,
      stepDeg: 0.02,
      points,
      countsSum: Math.round(40000 * visit.dwellS),
      liveSSum: points * visit.dwellS,
      completeness: i === 4 ? 'cut-short' : 'whole',
      startedAtS,
      endedAtS: clockS,
      ledgerS: { counting, moving: 6, settling: 2, overhead: 8, shutter: 3, waiting: 2 },
    };
  });
  const cycles = REASONS.map(
    (reason, i): CycleFacts => ({
      cycle: i + 1,
      decisionId: `${RUN_ID}-d${i + 1}`,
      viewId: `${RUN_ID}-v${i + 1}`,
      reason,
      requests: VISITS.filter((visit) => visit.cycle === i + 1).map(
        (visit, k): ScanRequest => ({
          requestId: `${RUN_ID}-c${i + 1}-${k}`,
          runId: RUN_ID,
          cycle: i + 1,
          range: { fromDeg: visit.fromDeg, toDeg: visit.toDeg },
          stepDeg: 0.02,
          dwellS: visit.dwellS,
          purpose: visit.purpose,
          because: visit.purpose === 'survey' ? 'first look' : 'the rivals differ here',
        }),
      ),
      phaseIdsAfter: i === 0 ? ['ZrO2_14', 'TiO2_136'] : ['ZrO2_14', 'TiO2_136', 'ZrO2_137'],
      setProbabilityAfter: COURSE[i]!.set,
      instrumentSAfter: COURSE[i]!.spentS,
    }),
  );
  return {
    ...newContext({
      runId: RUN_ID,
      goal: GOAL,
      sampleId: 'plate 3, well B7',
      policyId: 'cam-disagreement',
      modelId: 'demo-model',
      seed: 7,
    }),
    cycle: 4,
    scans,
    cycles,
    patternId: 'demo-pattern',
    identificationId: 'demo-identification-4',
    commandsIssued: 6,
    thinkingMs: 4230,
    regions: REGIONS,
    verdict,
  };
}

export const ACCEPT: Verdict = {
  kind: 'accept',
  reasonCode: 'goalMet',
  phaseIds: ['ZrO2_14', 'TiO2_136', 'ZrO2_137'],
  setProbability: 0.962,
  reason: 'The set of three phases is right with 0.962, above the 0.95 that were asked for',
};

/** A store that holds the whole run, or what `context` says of it. */
export function demoStore(context: RunContext = demoContext()): RunStore {
  const store = memoryRunStore();
  store.append(RUN_ID, {
    kind: 'started',
    atMs: Date.UTC(2026, 0, 5, 21, 4),
    fields: { instrumentId: 'bench-1', modelSha256: 'ab'.repeat(32), simulated: true, driver: 'mqtt' },
  });
  context.cycles.forEach((cycle, i) => {
    const before = i === 0 ? null : demoIdentification(i);
    store.putView(RUN_ID, viewOf(cycle.viewId, i, before, context));
    store.append(RUN_ID, { kind: 'decided', atMs: Date.UTC(2026, 0, 5, 21, 5 + i), fields: { viewId: cycle.viewId } });
  });
  if (context.patternId) {
    store.putPattern(RUN_ID, demoPattern());
    store.putMaps(RUN_ID, context.patternId, demoMaps());
  }
  if (context.identificationId) store.putIdentification(RUN_ID, demoIdentification());
  saveCheckpoint(store, context);
  return store;
}

function viewOf(viewId: string, cycle: number, identification: Identification | null, context: RunContext): RunView {
  return {
    viewId,
    goal: GOAL,
    cycle,
    coverage: [],
    identification,
    regions: [],
    costModel: { apertureDeg: 0, perScanS: 8, perPointS: 0.1, slewDegPerS: 2, settleS: 2, shutterS: 1.5 },
    limits: { fromDeg: 5, toDeg: 120 },
    minWindowDeg: 5,
    spentS: identification ? COURSE[cycle - 1]!.spentS : 0,
    seed: context.seed,
  };
}
