/** 32 cells of 0.04 deg: wider than a line, narrower than the bend of an amorphous hump. */
const BLOCK = 32;
const QUANTILE = 0.3;

/**
 * A quick robust background: the 30 % quantile of each block of 32 measured cells, kept from rising above the median of five
 * neighbouring blocks, joined by straight lines. Same unit as `rate`; cells with `measured` 0 are skipped and get the joined value.
 * It need only be the same in training and in use: the networks learn what it leaves.
 */
export function runningBackground(rate: Float64Array, measured: Uint8Array): Float64Array {
  const blocks = blockQuantiles(rate, measured);
  const background = new Float64Array(rate.length);
  if (blocks.centre.length === 0) return background;
  const level = blocks.level.map((own, i) => {
    const near = blocks.level.slice(Math.max(0, i - 2), i + 3).sort((a, b) => a - b);
    return Math.min(own, near[near.length >> 1]!);
  });
  let j = 0;
  for (let i = 0; i < rate.length; i++) {
    while (j < blocks.centre.length - 2 && i > blocks.centre[j + 1]!) j++;
    const left = blocks.centre[j]!;
    const right = blocks.centre[j + 1] ?? left;
    const share = right > left ? Math.min(1, Math.max(0, (i - left) / (right - left))) : 0;
    background[i] = level[j]! + share * ((level[j + 1] ?? level[j]!) - level[j]!);
  }
  return background;
}

function blockQuantiles(rate: Float64Array, measured: Uint8Array): { centre: number[]; level: number[] } {
  const centre: number[] = [];
  const level: number[] = [];
  const values = new Float64Array(BLOCK);
  for (let start = 0; start < rate.length; start += BLOCK) {
    const end = Math.min(rate.length, start + BLOCK);
    let count = 0;
    let sum = 0;
    for (let i = start; i < end; i++) {
      if (measured[i] === 0) continue;
      values[count++] = rate[i]!;
      sum += i;
    }
    if (count < BLOCK / 4) continue;
    const sorted = values.subarray(0, count).sort();
    centre.push(sum / count);
    level.push(sorted[Math.floor(QUANTILE * (count - 1))]!);
  }
  return { centre, level };
}
