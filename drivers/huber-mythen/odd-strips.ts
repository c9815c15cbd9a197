export interface OddStrip {
  readonly strip: number;
  readonly kind: 'hot' | 'dead';
}

/** Standard deviations that a strip must stand out by. */
const SIGMAS = 6;
/** And how many times its neighbours, or their reverse: the lines of a powder are wider than some strips and leave no such step. */
const TIMES = 4;
/** Of a row of strips without a count: how many of those beside it are looked at on either side. */
const BESIDE = 4;

/**
 * Strips that count far more than both neighbours, or far fewer than both, and rows of strips without any count between strips that have many: no
 * diffraction does that. `usable` tells which strips count at all; those that do not are looked across.
 */
export function findOddStrips(counts: Int32Array | Float64Array, usable: Uint8Array): OddStrip[] {
  const good = Array.from(usable.keys()).filter((strip) => usable[strip]);
  const odd: OddStrip[] = [];
  for (let at = 1; at < good.length - 1; at++) {
    const strip = good[at]!;
    const [left, count, right] = [counts[good[at - 1]!]!, counts[strip]!, counts[good[at + 1]!]!];
    const most = Math.max(left, right);
    const least = Math.min(left, right);
    if (count - TIMES * most > SIGMAS * Math.sqrt(count + TIMES * TIMES * most)) odd.push({ strip, kind: 'hot' });
    else if (count > 0 && least - TIMES * count > SIGMAS * Math.sqrt(least + TIMES * TIMES * count)) odd.push({ strip, kind: 'dead' });
  }
  return [...odd, ...findDeadRows(counts, good)];
}

function findDeadRows(counts: Int32Array | Float64Array, good: readonly number[]): OddStrip[] {
  const odd: OddStrip[] = [];
  const sum = (from: number, to: number) => good.slice(Math.max(0, from), to).reduce((total, strip) => total + counts[strip]!, 0);
  for (let from = 0; from < good.length; from++) {
    if (counts[good[from]!] !== 0) continue;
    let to = from + 1;
    while (to < good.length && counts[good[to]!] === 0) to++;
    const beside = Math.min(BESIDE, to - from);
    // At an end of the detector there is one side only.
    const sides = [...(from > 0 ? [sum(from - beside, from)] : []), ...(to < good.length ? [sum(to, to + beside)] : [])];
    if (sides.length > 0 && Math.min(...sides) > SIGMAS * SIGMAS) {
      for (const strip of good.slice(from, to)) odd.push({ strip, kind: 'dead' });
    }
    from = to;
  }
  return odd;
}
