/** Standard deviations that a strip must stand out by. */
const SIGMAS = 6;
/** And how many times its neighbours, or their reverse: the lines of a powder are wider than some strips and leave no such step. */
const TIMES = 4;

/**
 * Strips that count far more than both neighbours, or far fewer than both: no diffraction does that. `usable` tells which strips count at all;
 * those that do not are looked across.
 */
export function findOddStrips(
  counts: Int32Array | Float64Array,
  usable: Uint8Array,
): { readonly strip: number; readonly kind: 'hot' | 'dead' }[] {
  const good = Array.from(usable.keys()).filter((strip) => usable[strip]);
  const odd: { strip: number; kind: 'hot' | 'dead' }[] = [];
  for (let at = 1; at < good.length - 1; at++) {
    const strip = good[at]!;
    const [left, count, right] = [counts[good[at - 1]!]!, counts[strip]!, counts[good[at + 1]!]!];
    const most = Math.max(left, right);
    const least = Math.min(left, right);
    if (count - TIMES * most > SIGMAS * Math.sqrt(count + TIMES * TIMES * most)) odd.push({ strip, kind: 'hot' });
    else if (least - TIMES * count > SIGMAS * Math.sqrt(least + TIMES * TIMES * count)) odd.push({ strip, kind: 'dead' });
  }
  return odd;
}
