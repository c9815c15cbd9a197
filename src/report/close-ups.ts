import { type AngleRange, intersect, unite } from '../domain/angle-range.ts';
import { type Markup, markup } from './markup.ts';
import { type PatternFigureInput, patternFigure, patternRange } from './pattern-figure.ts';
import { rangeText } from './quantity-text.ts';

const MOST = 4;
const MARGIN_DEG = 0.5;

/** The disputed regions once more, enlarged; those that touch share a figure. */
export function closeUps(input: PatternFigureInput): Markup | null {
  const whole = patternRange(input.pattern);
  if (!whole || input.regions.length === 0) return null;
  const joined = unite(
    input.regions.slice(0, MOST).map(({ range }) => ({ fromDeg: range.fromDeg - MARGIN_DEG, toDeg: range.toDeg + MARGIN_DEG })),
  );
  const ranges = joined.flatMap((range) => intersect(range, whole) ?? []).filter((range) => isPart(range, whole));
  if (ranges.length === 0) return null;
  const figures = ranges.map((range) => {
    const numbers = input.regions.flatMap((region, i) => (intersect(region.range, range) ? [i + 1] : []));
    return markup`<figure>${patternFigure(input, range, 'narrow')}<figcaption>${numbers.length > 1 ? 'Regions' : 'Region'} ${numbers.join(', ')}: ${rangeText(range)}</figcaption></figure>`;
  });
  return markup`<div class="closeups">${figures}</div>`;
}

/** A close-up of nearly everything would show nothing new. */
function isPart(range: AngleRange, whole: AngleRange): boolean {
  const share = (range.toDeg - range.fromDeg) / (whole.toDeg - whole.fromDeg);
  return share > 0 && share < 0.6;
}
