import type { Pattern } from '../src/domain/pattern.ts';
import type { Radiation } from '../src/domain/radiation.ts';

const PEAKS_DEG = [18.3, 25.6, 28.4, 30.2, 33.1, 35.8, 37.3, 43.3, 46.2, 50.4, 54.1, 57.0];

/** Made-up peaks on a background: of no meaning, but all that an identification does has been done once with them. */
export function practicePattern(radiation: Radiation): Pattern {
  const twoThetaDeg = Float64Array.from({ length: 1251 }, (_, i) => 10 + 0.04 * i);
  const counts = twoThetaDeg.map((angle) =>
    Math.round(50 + PEAKS_DEG.reduce((sum, centre, k) => sum + (2000 / (k + 1)) * 2 ** -(((angle - centre) / 0.06) ** 2), 0)),
  );
  return {
    patternId: 'practice',
    scanIds: [],
    unit: 'counts',
    radiation,
    twoThetaDeg,
    counts,
    liveS: new Float64Array(counts.length).fill(1),
  };
}
