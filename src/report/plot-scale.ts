/** Maps a value to a position in pixels of the drawing. */
export type Scale = (value: number) => number;

export function linearScale(fromValue: number, toValue: number, fromPx: number, toPx: number): Scale {
  const width = toValue - fromValue || 1;
  return (value) => fromPx + ((value - fromValue) / width) * (toPx - fromPx);
}

/** At most about `count` round numbers (1, 2 or 5 times a power of ten apart) from `from` to `to`. */
export function roundTicks(from: number, to: number, count: number): number[] {
  if (!(to > from) || !Number.isFinite(to - from)) return [];
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/** Round numbers from 0 to `to` whose square roots stand about evenly. */
export function squareRootTicks(to: number, count: number): number[] {
  const ticks = [0];
  for (const root of roundTicks(0, Math.sqrt(to), count).slice(1)) {
    const value = root * root;
    const power = 10 ** Math.floor(Math.log10(value));
    const nice = Math.round(value / power) * power;
    if (nice <= to && nice > ticks.at(-1)!) ticks.push(Number(nice.toPrecision(12)));
  }
  return ticks;
}

/** Ticks of a time axis, in s, on whole seconds, minutes or hours. */
export function timeTicks(toS: number, count: number): number[] {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
  const step = steps.find((candidate) => candidate * count >= toS) ?? 86400 * Math.max(1, Math.ceil(toS / count / 86400));
  return Array.from({ length: Math.floor(toS / step + 1e-9) + 1 }, (_, k) => k * step);
}
