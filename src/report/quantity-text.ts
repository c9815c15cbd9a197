/** Numbers as a person reads them. None of these ever says more than the number holds. */

const NONE = '–';

/** A probability 0..1; it is written as 1 or 0 only where it is exactly that. */
export function probabilityText(probability: number | null): string {
  if (probability === null || !Number.isFinite(probability)) return NONE;
  if (probability > 0.9995 && probability < 1) return '>0.999';
  if (probability < 0.0005 && probability > 0) return '<0.001';
  return probability.toFixed(3);
}

/** A fraction 0..1 with its standard error, as a percentage with the digits that the error allows. */
export function percentText(fraction: number | null, sigma: number | null = null): string {
  if (fraction === null || !Number.isFinite(fraction)) return NONE;
  if (sigma === null || !Number.isFinite(sigma) || sigma <= 0) {
    const isSmall = fraction > 0 && fraction < 0.01;
    return `${(100 * fraction).toFixed(isSmall ? digitsOf(fraction) : 1)} %`;
  }
  const digits = digitsOf(sigma);
  return `${(100 * fraction).toFixed(digits)} ± ${(100 * sigma).toFixed(digits)} %`;
}

/** Decimals of a percentage that show two digits of this share, three at most. */
function digitsOf(share: number): number {
  return Math.max(0, Math.min(3, 1 - Math.floor(Math.log10(100 * share))));
}

/** Three significant digits, with thousands kept whole. */
export function numberText(value: number | null, digits = 3): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude >= 6 || magnitude < -4) return value.toExponential(digits - 1);
  return value.toFixed(Math.max(0, digits - 1 - magnitude));
}

/** A whole number with thin spaces between the thousands. */
export function countText(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** 1 scan, 2 scans. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A duration in s: 4.2 s, 3 min 05 s, 2 h 07 min. */
export function durationText(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NONE;
  if (seconds < 0) return `-${durationText(-seconds)}`;
  if (seconds < 59.95) return `${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** An angle 2theta in degrees, without trailing zeros. */
export function degText(deg: number): string {
  return Number.isFinite(deg) ? `${Number(deg.toFixed(3))}°` : NONE;
}

export function rangeText(range: { readonly fromDeg: number; readonly toDeg: number }): string {
  return `${degText(range.fromDeg).slice(0, -1)}–${degText(range.toDeg)}`;
}

/** UTC, to the minute. */
export function dateText(epochMs: number | null): string {
  if (epochMs === null || !Number.isFinite(epochMs)) return NONE;
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
