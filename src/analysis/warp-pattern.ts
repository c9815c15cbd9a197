/**
 * Dynamic time warping (Sakoe & Chiba 1978, IEEE Trans. ASSP 26, 43) of a calculated pattern onto a measured one of the same raster: each point may
 * be matched with those of the other within `reach` points, in order, so that the sum of the differences is least. Returns for each measured point
 * the mean of the calculated values matched with it. Both arrays are equally long and of one scale.
 */
export function warpPattern(measured: Float64Array, calculated: Float64Array, reach: number): Float64Array {
  const n = measured.length;
  const width = 2 * reach + 1;
  // Row i holds the cost of having matched measured point i with calculated point i - reach + k.
  const cost = new Float64Array(n * width).fill(Number.POSITIVE_INFINITY);
  const step = new Uint8Array(n * width);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < width; k++) {
      const j = i - reach + k;
      if (j < 0 || j >= n) continue;
      const own = Math.abs(measured[i]! - calculated[j]!);
      const [cell, above] = [i * width + k, (i - 1) * width + k];
      const both = i > 0 ? cost[above]! : Number.POSITIVE_INFINITY;
      const measuredOnly = i > 0 && k + 1 < width ? cost[above + 1]! : Number.POSITIVE_INFINITY;
      const calculatedOnly = k > 0 ? cost[cell - 1]! : Number.POSITIVE_INFINITY;
      const least = Math.min(both, measuredOnly, calculatedOnly);
      step[cell] = least === both ? BOTH : least === measuredOnly ? MEASURED : CALCULATED;
      cost[cell] = own + (i === 0 && j === 0 ? 0 : least);
    }
  }
  return matchedMeans(step, calculated, reach);
}

const [BOTH, MEASURED, CALCULATED] = [0, 1, 2];

/** Walks the path of least cost back from the last pair of points. */
function matchedMeans(step: Uint8Array, calculated: Float64Array, reach: number): Float64Array {
  const n = calculated.length;
  const sums = new Float64Array(n);
  const matches = new Float64Array(n);
  let [i, j] = [n - 1, n - 1];
  while (i >= 0 && j >= 0) {
    sums[i]! += calculated[j]!;
    matches[i]! += 1;
    const taken = step[i * (2 * reach + 1) + j - i + reach]!;
    if (taken !== CALCULATED) i--;
    if (taken !== MEASURED) j--;
  }
  return sums.map((sum, at) => (matches[at]! > 0 ? sum / matches[at]! : 0));
}
