/** Draws of counts from exact methods; `uniform` gives numbers in [0, 1). */

const LOG_FACTORIALS = logFactorials(256);

function logFactorials(count: number): Float64Array {
  const table = new Float64Array(count);
  for (let n = 2; n < count; n++) table[n] = table[n - 1]! + Math.log(n);
  return table;
}

/** ln n! from a table, above it by Stirling's series (error below 1e-14). */
export function logFactorial(n: number): number {
  if (n < LOG_FACTORIALS.length) return LOG_FACTORIALS[n]!;
  const x = n + 1;
  const inverse = 1 / x;
  const square = inverse * inverse;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + inverse * (1 / 12 - square * (1 / 360 - square / 1260));
}

/** A Poisson count: by products of uniforms below a mean of 10 (Knuth), above by transformed rejection (Hoermann 1993, Insurance Math. Econ. 12, 39). */
export function poissonDraw(uniform: () => number, mean: number): number {
  if (!(mean > 0)) return 0;
  if (mean < 10) {
    const limit = Math.exp(-mean);
    let product = uniform();
    let count = 0;
    while (product > limit) {
      product *= uniform();
      count++;
    }
    return count;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const vR = 0.9277 - 3.6224 / (b - 2);
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const logMean = Math.log(mean);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vR) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * logMean - mean - logFactorial(k)) return k;
  }
}

/** Successes in n trials: by inversion where n p < 10, above by transformed rejection (Hoermann 1993, J. Stat. Comput. Simul. 46, 101). */
export function binomialDraw(uniform: () => number, n: number, probability: number): number {
  if (!(n > 0) || !(probability > 0)) return 0;
  if (probability >= 1) return n;
  if (probability > 0.5) return n - binomialDraw(uniform, n, 1 - probability);
  return n * probability < 10 ? byInversion(uniform, n, probability) : byRejection(uniform, n, probability);
}

function byInversion(uniform: () => number, n: number, p: number): number {
  const ratio = p / (1 - p);
  let term = Math.exp(n * Math.log1p(-p));
  let rest = uniform();
  for (let k = 0; k < n; k++) {
    if (rest < term) return k;
    rest -= term;
    term *= ((n - k) / (k + 1)) * ratio;
    if (term < 1e-300) return k + 1;
  }
  return n;
}

function byRejection(uniform: () => number, n: number, p: number): number {
  const spq = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spq;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const vR = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spq;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  const atMode = logFactorial(mode) + logFactorial(n - mode);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= vR && k >= 0 && k <= n) return k;
    if (k < 0 || k > n) continue;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= atMode - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds) return k;
  }
}
