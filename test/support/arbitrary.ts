import fc from 'fast-check';
import type { AngleRange } from '../../src/domain/angle-range.ts';
import type { RunView } from '../../src/domain/decision.ts';
import type { DisagreementRegion, Identification, PhaseCandidate } from '../../src/domain/identification.ts';
import { candidate, identification } from './identifications.ts';

/** Ranges on a raster of a hundredth of a degree inside `limits`, so that borders coincide often. */
export function anyRange(limits: AngleRange = { fromDeg: 0, toDeg: 160 }): fc.Arbitrary<AngleRange> {
  const place = fc.integer({ min: Math.ceil(limits.fromDeg * 100), max: Math.floor(limits.toDeg * 100) });
  return fc.tuple(place, place).map(([a, b]) => ({ fromDeg: Math.min(a, b) / 100, toDeg: Math.max(a, b) / 100 }));
}

/** As `anyRange`, never a single point. */
export function anyWideRange(limits: AngleRange): fc.Arbitrary<AngleRange> {
  return anyRange(limits).filter((range) => range.toDeg > range.fromDeg);
}

const probability = fc.double({ min: 0, max: 1, noNaN: true });

const anyCandidate = (phaseId: string): fc.Arbitrary<PhaseCandidate> =>
  fc
    .record({ p: probability, rivalId: fc.constantFrom(null, 'NaCl_225', 'ZrO2_14', 'TiO2_136') })
    .map(({ p, rivalId }) =>
      candidate(phaseId, p, { networkProbability: p, spread: 0.1, scale: 100 * p, rivalId: rivalId === phaseId ? null : rivalId }),
    );

export const anyIdentification: fc.Arbitrary<Identification> = fc
  .record({
    candidates: fc.tuple(anyCandidate('NaCl_225'), anyCandidate('ZrO2_14'), anyCandidate('TiO2_136')),
    setProbability: probability,
    maxPeakSigma: fc.double({ min: 0, max: 20, noNaN: true }),
    isNovel: fc.boolean(),
  })
  .map(({ candidates, setProbability, maxPeakSigma, isNovel }) =>
    identification(
      [...candidates].sort((a, b) => b.probability - a.probability),
      {
        verdict: 'ambiguous',
        setProbability,
        unexplained: { fraction: 0, maxPeakSigma, atDeg: maxPeakSigma > 0 ? 30 : null },
        novelty: { score: isNovel ? 1 : 0, isNovel },
      },
    ),
  );

const anyRegion = (limits: AngleRange): fc.Arbitrary<DisagreementRegion> =>
  fc.record({
    range: anyWideRange(limits),
    score: probability,
    between: fc.constant<[string, string]>(['NaCl_225', 'ZrO2_14']),
  });

/** Views of runs on instruments of every size, at every stage, with any doubt. */
export const anyView: fc.Arbitrary<RunView> = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 120 }))
  .map(([fromDeg, widthDeg]) => ({ fromDeg, toDeg: fromDeg + widthDeg }))
  .chain((limits) =>
    fc.record({
      viewId: fc.constant('v1'),
      goal: fc.record({
        kind: fc.constant('identify' as const),
        confidence: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        maxPhases: fc.constant(4),
        budgetInstrumentS: fc.double({ min: 1, max: 20000, noNaN: true }),
        maxCycles: fc.integer({ min: 1, max: 12 }),
        ceilingDeg: fc.integer({ min: 20, max: 150 }),
      }),
      cycle: fc.integer({ min: 0, max: 12 }),
      coverage: fc.array(
        fc.record({ range: anyWideRange(limits), dwellS: fc.double({ min: 0.01, max: 100, noNaN: true }), stepDeg: fc.constant(0.04) }),
        { minLength: 1, maxLength: 5 },
      ),
      identification: fc.option(anyIdentification),
      regions: fc.array(anyRegion(limits), { maxLength: 4 }),
      costModel: fc.record({
        apertureDeg: fc.constantFrom(0, 2, 5),
        perScanS: fc.constantFrom(0, 5, 30),
        perPointS: fc.constantFrom(0, 0.1),
        slewDegPerS: fc.constant(2),
        settleS: fc.constant(1),
        shutterS: fc.constant(0.5),
      }),
      limits: fc.constant(limits),
      minWindowDeg: fc.constantFrom(0.1, 1, 5),
      spentS: fc.double({ min: 0, max: 20000, noNaN: true }),
      seed: fc.integer({ min: 0, max: 1e6 }),
    }),
  )
  // Before the first scan nothing is known.
  .map((view) => (view.cycle === 0 ? { ...view, coverage: [], identification: null, regions: [], spentS: 0 } : view));
