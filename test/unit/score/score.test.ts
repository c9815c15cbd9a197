import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../../../src/analysis/score/judge.ts';
import { scoreOf } from '../../../src/analysis/score/score.ts';
import { scoreFractions } from '../../../src/analysis/score/score-fractions.ts';
import { countByPhase, scoreBy } from '../../../src/analysis/score/score-tables.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { candidate, identification } from '../../support/identifications.ts';
import { judged, truth } from './sample-identification.ts';

const random = () => seededRandom('score');
// Three samples: exact; one missed and one invented; one invented.
const three = [
  judged('a', ['MgO_225', 'ZrO2_14'], ['ZrO2_14', 'MgO_225'], { tags: ['x'] }),
  judged('b', ['MgO_225', 'CaO_225'], ['MgO_225', 'NiO_225'], { tags: ['x', 'y'] }),
  judged('c', ['HfO2_14'], ['HfO2_14', 'NiO_225'], { tags: ['y'] }),
];

describe('scores', () => {
  test('by hand', () => {
    const score = scoreOf(three, 'strict', random());
    expect([score.patterns, score.tp, score.fp, score.fn, score.exact]).toEqual([3, 4, 2, 1, 1]);
    expect(score.precision).toBeCloseTo(4 / 6, 12);
    expect(score.recall).toBeCloseTo(4 / 5, 12);
    expect(score.microF1).toBeCloseTo(8 / 11, 12);
    expect(score.exactFraction).toBeCloseTo(1 / 3, 12);
    // The worst sample alone has 2 / (2 + 1 + 1), the best 1.
    expect(score.ci95.microF1![0]).toBeGreaterThanOrEqual(0.5);
    expect(score.ci95.microF1![0]).toBeLessThan(8 / 11);
    expect(score.ci95.microF1![1]).toBeLessThanOrEqual(1);
  });

  test('by tag and by phase', () => {
    const byTag = scoreBy(three, ({ truth: { tags } }) => tags, 'strict', random());
    expect(Object.entries(byTag).map(([tag, { patterns, tp, fp, fn }]) => [tag, patterns, tp, fp, fn])).toEqual([
      ['x', 2, 3, 1, 1],
      ['y', 2, 2, 2, 1],
    ]);
    expect(countByPhase(three, ['OMg_225'], 'strict')).toEqual({
      CaO_225: { tp: 0, fp: 0, fn: 1 },
      HfO2_14: { tp: 1, fp: 0, fn: 0 },
      NiO_225: { tp: 0, fp: 2, fn: 0 },
      OMg_225: { tp: 2, fp: 0, fn: 0 },
      ZrO2_14: { tp: 1, fp: 0, fn: 0 },
    });
  });

  test('nothing to score gives nulls, never NaN', () => {
    const score = scoreOf([], 'strict', random());
    expect([score.microF1, score.precision, score.exactFraction, score.ci95.microF1, score.ci95.exactFraction]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    const silent = scoreOf([judged('a', ['MgO_225'], [])], 'strict', random());
    expect([silent.precision, silent.recall, silent.microF1]).toEqual([null, 0, 0]);
  });

  test('where all are exact the interval is Wilson over samples, not over repeated scans of them', () => {
    const twice = ['a', 'b', 'c', 'd'].flatMap((sample) =>
      [1, 2].map((scan) => judged(`${sample}${scan}`, ['MgO_225'], ['MgO_225'], { clusterId: sample })),
    );
    const [low, high] = scoreOf(twice, 'strict', random()).ci95.exactFraction!;
    expect([low.toFixed(4), high]).toEqual(['0.5101', 1]);
  });

  test('sums over tags that share out the patterns are the total', () => {
    const ids = ['MgO_225', 'NiO_225', 'ZrO2_14'];
    const some = fc.uniqueArray(fc.constantFrom(...ids));
    const pattern = fc.tuple(some, some, fc.constantFrom('x', 'y'));
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 12 }), (drawn) => {
        const patterns = drawn.map(([expected, claims, tag], i) => judged(`s${i}`, expected, claims, { tags: [tag] }));
        const total = scoreOf(patterns, 'strict', random());
        const tags = Object.values(scoreBy(patterns, ({ truth: { tags: own } }) => own, 'strict', random()));
        for (const key of ['patterns', 'tp', 'fp', 'fn', 'exact'] as const)
          expect(tags.reduce((sum, score) => sum + score[key], 0)).toBe(total[key]);
        const phases = Object.values(countByPhase(patterns, ids, 'strict'));
        expect(phases.reduce((sum, { tp }) => sum + tp, 0)).toBe(total.tp);
        if (total.precision && total.recall)
          expect(total.microF1).toBeCloseTo((2 * total.precision * total.recall) / (total.precision + total.recall), 12);
      }),
      { numRuns: 30 },
    );
  });
});

describe('weight fractions', () => {
  const claims = [
    candidate('MgO_225', 0.9, { weightFraction: 0.55, weightFractionSigma: 0.03 }),
    candidate('ZrO2_14', 0.9, { weightFraction: 0.45, weightFractionSigma: 0.02 }),
  ];

  test('the amorphous share is taken out of the truth; a missed phase counts as 0', () => {
    const mixed = judge(
      truth([
        ['MgO_225', 0.4],
        ['ZrO2_14', 0.4],
        ['SiO2_0', 0.2],
      ]),
      0,
      identification(claims),
    );
    const score = scoreFractions([mixed], 'strict')!;
    expect(score.n).toBe(2);
    expect(score.maeWeight).toBeCloseTo(0.05, 12);
    expect(score.within2Sigma).toBe(0.5);
    const missed = judge(
      truth([
        ['MgO_225', 0.5],
        ['CaO_225', 0.5],
      ]),
      0,
      identification(claims),
    );
    expect(scoreFractions([missed], 'strict')!.maxAbsWeight).toBeCloseTo(0.5, 12);
  });

  test('unknown fractions and scans that are not for fractions are left out', () => {
    const unknown = judge(truth(['MgO_225', ['ZrO2_14', 0.5]]), 0, identification(claims));
    const other = judge(truth([['MgO_225', 1]], { scoresFractions: false }), 0, identification(claims));
    expect(scoreFractions([unknown, other], 'strict')).toBeNull();
  });
});
