import fc from 'fast-check';
import { BLANK_SCAN } from '../../../src/formats/blank-scan.ts';
import type { RecordedScan } from '../../../src/formats/registry.ts';

const TIMES_S = [0.125, 0.5, 1, 2.5, 18.685, 62.23];
const name = fc.string({ unit: fc.constantFrom(...'aZ09 -_.,;\'"#&<>$?!()[]é°µ'), minLength: 1, maxLength: 12 });
/** Names begin with a letter, as a lone "?" or "." means "unknown" in some formats, and hold no blanks at their ends or in a row. */
const plainName = name.map((text) => `s${text}`.replace(/\s+/g, ' ').trim());
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const anyRadiation = fc
  .record({
    anode: orNull(fc.constantFrom('Cu', 'Mo', 'Co')),
    first: fc.integer({ min: 3000, max: 25000 }),
    second: orNull(fc.integer({ min: 1, max: 99 })),
  })
  .map(({ anode, first, second }) => {
    const alpha1 = { wavelengthA: first / 10000, weight: 1 };
    return { anode, lines: second === null ? [alpha1] : [alpha1, { wavelengthA: first / 10000 + 0.0038, weight: second / 100 }] };
  });

/** An even raster on a hundred-thousandth of a degree, or uneven steps. */
const anyAngles = (count: number): fc.Arbitrary<Float64Array> =>
  fc
    .record({
      from: fc.integer({ min: -500000, max: 4000000 }),
      step: fc.integer({ min: 100, max: 50000 }),
      extra: fc.oneof(fc.constant(null), fc.array(fc.integer({ min: 0, max: 99 }), { minLength: count, maxLength: count })),
    })
    .map(({ from, step, extra }) => new Float64Array(count).map((_, i) => (from + i * step + (extra?.[i] ?? 0)) / 1e5));

/** How the live time is known: not at all, one for all, shortened by attenuators, or its own for each point. */
const anyTimes = (count: number): fc.Arbitrary<Pick<RecordedScan, 'liveS' | 'stepTimeS'>> => {
  const perPoint = (values: readonly number[]) => fc.array(fc.constantFrom(...values), { minLength: count, maxLength: count });
  return fc.oneof(
    fc.constant({ liveS: null, stepTimeS: null }),
    fc.constantFrom(...TIMES_S).map((stepTimeS) => ({ liveS: null, stepTimeS })),
    fc
      .tuple(fc.constantFrom(...TIMES_S), perPoint([1, 1, 1, 8.5, 20, 153.7]))
      .filter(([, factors]) => factors.some((f) => f > 1))
      .map(([stepTimeS, factors]) => ({
        liveS: Float64Array.from(factors, (factor) => stepTimeS / factor),
        stepTimeS,
      })),
    perPoint(TIMES_S)
      .filter((times) => times.some((time) => time !== times[0]))
      .map((times) => ({ liveS: Float64Array.from(times), stepTimeS: null })),
  );
};

/** Scans as a reader gives them: counts, rates and arbitrary units, angles even and uneven, every fact known or not. */
export const anyScan: fc.Arbitrary<RecordedScan> = fc.integer({ min: 3, max: 30 }).chain((count) =>
  fc
    .record({
      unit: fc.constantFrom('counts' as const, 'counts' as const, 'cps' as const, 'arbitrary' as const),
      twoThetaDeg: anyAngles(count),
      values: fc.array(fc.oneof(fc.integer({ min: 0, max: 2_000_000 }), fc.constant(0)), { minLength: count, maxLength: count }),
      times: anyTimes(count),
      radiation: orNull(anyRadiation),
      sampleName: orNull(plainName),
      startedAt: orNull(fc.constant('2030-01-02T03:04:05+00:00')),
      endedAt: orNull(fc.constant('2030-01-02T04:04:05+00:00')),
      status: orNull(fc.constantFrom('Completed', 'Aborted')),
      apertureDeg: orNull(fc.constantFrom(2.122, 5.542)),
      radiusMm: orNull(fc.constantFrom(145, 217.5)),
      scanAxis: orNull(fc.constantFrom('Gonio', '2Theta')),
    })
    .map(({ values, times, unit, ...facts }) => ({
      ...BLANK_SCAN,
      ...facts,
      unit,
      // Rates and arbitrary units have decimals; a first value of a half makes sure that they are not taken for counts.
      counts: Float64Array.from(values, (value, i) => (unit === 'counts' ? value : i === 0 ? 0.5 : value / 64)),
      ...(unit === 'counts' || times.stepTimeS === null || times.liveS === null ? times : { liveS: times.liveS, stepTimeS: null }),
    })),
);
