import type { RandomSource } from '../../../ports/runtime.ts';

/** Values for a schedule, short enough to be read. */
export class Draw {
  private readonly random: RandomSource;

  constructor(random: RandomSource) {
    this.random = random;
  }

  chance(probability: number): boolean {
    return this.random.uniform() < probability;
  }

  /** Between the two, with two digits behind the point. */
  between(from: number, to: number): number {
    return Math.round((from + (to - from) * this.random.uniform()) * 100) / 100;
  }

  whole(from: number, to: number): number {
    return from + this.random.integer(to - from + 1);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.random.integer(from.length)]!;
  }

  /** Null, which in most options means for ever, in one of four cases. */
  orNever(from: number, to: number): number | null {
    return this.chance(0.25) ? null : this.between(from, to);
  }
}
