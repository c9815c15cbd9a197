import type { AngleRange } from '../../domain/angle-range.ts';
import { type NormalEquations, solve } from '../normal-equations.ts';
import type { ParameterRule, ProfileParameters } from './instrument-parameters.ts';

/** A Gaussian part below 0.01 degrees is not one. */
const LEAST_GAUSSIAN_DEG2 = 1e-4;
/** How closely a step that meets that limit keeps to it. */
const LIMIT_SIGMA_DEG2 = 1e-6;
const NODES = 6;
const WIDTHS = ['uDeg2', 'vDeg2', 'wDeg2'] as const;

/**
 * The parameters after a step of Gauss and Newton, `first` being the place of the first free one in the equations. Where the step would leave the bounds of
 * a parameter, the others make theirs without it; where U, V and W would leave no Gaussian width at an angle, they slide along that limit.
 */
export function boundedStep(
  equations: NormalEquations,
  first: number,
  values: ProfileParameters,
  free: readonly ParameterRule[],
  range: AngleRange,
  damping: number,
): ProfileParameters {
  const held = new Set<number>();
  const limited = new Set<number>();
  const nodes = Array.from({ length: NODES }, (_, i) => tanAt(range.fromDeg + ((range.toDeg - range.fromDeg) * i) / (NODES - 1)));
  const own = { ...equations, matrix: equations.matrix.slice(), right: equations.right.slice() };
  for (;;) {
    const steps = solve(own, damping, held);
    let changed = false;
    free.forEach((rule, m) => {
      const value = values[rule.name];
      const isOut = (value <= rule.least && steps[first + m]! < 0) || (value >= rule.most && steps[first + m]! > 0);
      if (!isOut || held.has(first + m)) return;
      held.add(first + m);
      changed = true;
    });
    const moved = moveBy(values, free, (m) => steps[first + m]!);
    nodes.forEach((tan, node) => {
      if (gaussianDeg2(moved, tan) >= LEAST_GAUSSIAN_DEG2 || limited.has(node) || limited.size >= WIDTHS.length - 1) return;
      limited.add(node);
      addLimit(own, first, free, tan, LEAST_GAUSSIAN_DEG2 - gaussianDeg2(values, tan));
      changed = true;
    });
    if (!changed) return shortened(values, moved, nodes);
  }
}

function moveBy(values: ProfileParameters, free: readonly ParameterRule[], stepOf: (m: number) => number): ProfileParameters {
  const moved = { ...values };
  free.forEach(({ name, spread, least, most }, m) => {
    // A step as long as the usual spread may leave the region where slopes mean anything.
    const step = Math.min(spread / 2, Math.max(-spread / 2, stepOf(m)));
    moved[name] = Math.min(most, Math.max(least, moved[name] + step));
  });
  return moved;
}

/** A row that asks the free ones of U, V and W to change the Gaussian square at this angle by `wanted`. */
function addLimit({ n, matrix, right }: NormalEquations, first: number, free: readonly ParameterRule[], tan: number, wanted: number): void {
  const powers = { uDeg2: tan * tan, vDeg2: tan, wDeg2: 1 };
  const row = free.flatMap(({ name }, m) => WIDTHS.flatMap((width) => (width === name ? [{ at: first + m, power: powers[width] }] : [])));
  for (const a of row) {
    right[a.at]! += (a.power * wanted) / LIMIT_SIGMA_DEG2 ** 2;
    for (const b of row) matrix[a.at * n + b.at]! += (a.power * b.power) / LIMIT_SIGMA_DEG2 ** 2;
  }
}

/** The step, with its part in U, V and W as long as leaves a Gaussian width at all nodes. */
function shortened(before: ProfileParameters, after: ProfileParameters, nodes: readonly number[]): ProfileParameters {
  for (let part = 1; part > 0.01; part /= 2) {
    const values = { ...after };
    for (const name of WIDTHS) values[name] = before[name] + part * (after[name] - before[name]);
    if (nodes.every((tan) => gaussianDeg2(values, tan) >= 0.98 * LEAST_GAUSSIAN_DEG2)) return values;
  }
  return { ...after, uDeg2: before.uDeg2, vDeg2: before.vDeg2, wDeg2: before.wDeg2 };
}

function gaussianDeg2({ uDeg2, vDeg2, wDeg2 }: ProfileParameters, tan: number): number {
  return uDeg2 * tan * tan + vDeg2 * tan + wDeg2;
}

function tanAt(twoThetaDeg: number): number {
  return Math.tan((twoThetaDeg * Math.PI) / 360);
}
