import { describe, expect, test } from '@jest/globals';
import { areaPath, curvePath } from '../../../src/report/curve-path.ts';
import { escapeMarkup, markup, scriptJson } from '../../../src/report/markup.ts';
import { angleAxis } from '../../../src/report/panel.ts';
import { formulaText, phaseText } from '../../../src/report/phase-text.ts';
import { linearScale, roundTicks, squareRootTicks, timeTicks } from '../../../src/report/plot-scale.ts';
import { momentsOf, spread } from '../../../src/report/probability-figure.ts';
import { countText, durationText, numberText, percentText, probabilityText } from '../../../src/report/quantity-text.ts';
import { visitDepth } from '../../../src/report/visit-panel.ts';
import { demoIdentification } from './demo-record.ts';

describe('numbers as people read them', () => {
  test('a probability is never rounded to certainty', () => {
    expect([0.99996, 1, 0, 0.0001, 0.9, null].map(probabilityText)).toEqual(['>0.999', '1.000', '0.000', '<0.001', '0.900', '–']);
  });

  test('a fraction has the digits that its error allows', () => {
    expect(percentText(0.6621, 0.0083)).toBe('66.21 ± 0.83 %');
    expect(percentText(0.6621, 0.12)).toBe('66 ± 12 %');
    expect(percentText(0.6621, Number.NaN)).toBe('66.2 %');
    expect(percentText(0.00341)).toBe('0.34 %');
    expect(percentText(0.00002)).toBe('0.002 %');
    expect(percentText(0)).toBe('0.0 %');
    expect(percentText(null)).toBe('–');
  });

  test('durations, counts and other numbers', () => {
    expect([4.2, 59.97, 185, 7620, -5, Number.NaN].map(durationText)).toEqual([
      '4.2 s',
      '1 min 00 s',
      '3 min 05 s',
      '2 h 07 min',
      '-5.0 s',
      '–',
    ]);
    expect(countText(1234567)).toBe('1\u202f234\u202f567');
    expect([0, 0.01234, 421.3, 98765, 1e8, Number.POSITIVE_INFINITY].map((value) => numberText(value))).toEqual([
      '0',
      '0.0123',
      '421',
      '98765',
      '1.00e+8',
      '–',
    ]);
  });

  test('phases', () => {
    expect(['ZrO2_14', 'La(OH)3_176', 'Nb2O5_0_TT', 'not a phase'].map(phaseText)).toEqual([
      'ZrO₂ (14)',
      'La(OH)₃ (176)',
      'Nb₂O₅ (amorphous, TT)',
      'not a phase',
    ]);
    expect(formulaText('Zr0.85Y0.15O1.925')).toBe('Zr₀.₈₅Y₀.₁₅O₁.₉₂₅');
  });
});

describe('markup', () => {
  test('escapes what enters it, once', () => {
    const inner = markup`<b title="${'"x'}">${'<&>'}</b>`;
    expect(markup`<p>${[inner, null, false, 'a']}</p>`.text).toBe('<p><b title="&quot;x">&lt;&amp;&gt;</b>a</p>');
    expect(escapeMarkup('a\u0000\u0008\ud800b')).toBe('ab');
  });

  test('has no number that is none', () => {
    expect(markup`${Number.NaN} ${1 / 3}`.text).toBe('– 0.333');
  });

  test('data stay inside their script', () => {
    const text = scriptJson({ a: '</script><!--' }).text;
    expect(text).not.toMatch(/[<>&]/);
    expect(JSON.parse(text)).toEqual({ a: '</script><!--' });
  });
});

describe('axes', () => {
  test('ticks are round, inside and rising', () => {
    expect(roundTicks(10, 70, 6)).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(roundTicks(28, 34, 6)).toEqual([28, 29, 30, 31, 32, 33, 34]);
    expect(roundTicks(5, 5, 6)).toEqual([]);
    for (const top of [0.7, 9, 437, 123456]) {
      const ticks = squareRootTicks(top, 6);
      expect(ticks.length).toBeGreaterThan(3);
      expect(ticks.every((tick, i) => tick <= top && (i === 0 || tick > ticks[i - 1]!))).toBe(true);
    }
    expect(timeTicks(3688, 10)).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600]);
  });

  test('a wide figure leaves room for its words', () => {
    const axis = angleAxis({ fromDeg: 10, toDeg: 70 }, 'wide');
    expect(axis.x(70)).toBe(axis.rightPx);
    expect(axis.labelPx!).toBeLessThan(axis.widthPx - 120);
  });
});

describe('curves', () => {
  const x = linearScale(0, 100, 0, 100);
  const y = linearScale(0, 10, 10, 0);

  test('a peak of one point survives the thinning', () => {
    const deg = Float64Array.from({ length: 20000 }, (_, i) => i / 200);
    const values = deg.map((at) => (at === 50.005 ? 10 : 1));
    const path = curvePath({ x: deg, y: values }, x, y, 0, 100);
    expect(path).toMatch(/ 0L/);
    expect(path.length).toBeLessThan(8000);
  });

  test('what is not measured is not bridged', () => {
    const curve = { x: [1, 2, 3, 4, 50, 51, 52], y: [1, 1, Number.NaN, 1, 1, 1, 1] };
    expect(curvePath(curve, x, y, 0, 100).split('M')).toHaveLength(3);
    expect(curvePath(curve, x, y, 0, 100)).not.toContain('NaN');
    expect(areaPath(curve, { x: curve.x, y: curve.x.map(() => 0) }, x, y, 0, 100).match(/Z/g)).toHaveLength(2);
    expect(curvePath({ x: [], y: [] }, x, y, 0, 100)).toBe('');
  });
});

test('labels are moved apart and stay in their order', () => {
  const placed = spread([20, 20, 21, 200]);
  const sorted = [...placed].sort((a, b) => a - b);
  expect(sorted.slice(1).every((at, i) => at - sorted[i]! > 15)).toBe(true);
  expect(placed[3]).toBe(200);
  expect(placed[2]).toBeGreaterThan(placed[0]!);
});

test('longer dwells are deeper, and a single dwell is in the middle', () => {
  const visit = (dwellS: number) => ({ cycle: 1, fromDeg: 10, toDeg: 20, dwellS });
  const depth = visitDepth([visit(0.5), visit(2), visit(8)]);
  expect([0.5, 2, 8].map((dwellS) => depth(visit(dwellS)))).toEqual([0, 0.5, 1]);
  expect(visitDepth([visit(3)])(visit(3))).toBe(0.5);
});

test('each identification is one moment, the last one too', () => {
  const moment = (cycle: number) => ({ cycle, spentS: 100 * cycle, identification: demoIdentification(cycle) });
  const views = [1, 1, 2].map((cycle) => ({ ...moment(cycle), viewId: `v${cycle}` })) as never[];
  expect(momentsOf(views, moment(3)).map(({ spentS }) => spentS)).toEqual([100, 200, 300]);
  expect(momentsOf(views, moment(2))).toHaveLength(2);
  expect(momentsOf([], null)).toEqual([]);
});
