import type { RandomSource } from '../ports/runtime.ts';
import { binomialDraw, poissonDraw } from './counting-draws.ts';

/**
 * A reproducible stream: the small fast counter generator sfc32 (Doty-Humphrey's PractRand) seeded by a hash of the text. Streams forked under different
 * names are independent and do not depend on how much of the parent was used.
 */
export function seededRandom(seed: number | string): RandomSource {
  return stream(String(seed));
}

function stream(seed: string): RandomSource {
  let [a, b, c, d] = hash128(seed);
  const next32 = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) next32();
  const uniform = (): number => ((next32() >>> 5) * 67108864 + (next32() >>> 6)) / 9007199254740992;
  let spare = Number.NaN;
  // Marsaglia's polar method gives two normals at a time.
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      spare = v * factor;
      return u * factor;
    }
  };
  return {
    uniform,
    normal,
    poisson: (mean) => poissonDraw(uniform, mean),
    binomial: (n, probability) => binomialDraw(uniform, n, probability),
    integer: (n) => Math.min(n - 1, Math.floor(uniform() * n)),
    // The length keeps ('a/b', 'c') and ('a', 'b/c') apart.
    fork: (name) => stream(`${seed}/${name.length}:${name}`),
  };
}

/** 128 bits of a text: four 32-bit multiply-and-shift hashes with Murmur3's finisher. */
function hash128(text: string): [number, number, number, number] {
  const state: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667];
  const odd = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let j = 0; j < 4; j++) {
      const mixed = Math.imul(state[j]! ^ code, odd[j]!);
      state[j] = mixed ^ (mixed >>> 15);
    }
  }
  return state.map((word, j) => {
    let h = word ^ (text.length + 0x9e3779b9 * j);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  }) as [number, number, number, number];
}
