import type { ActivationMap } from '../src/domain/identification.ts';
import { primaryWavelengthA, type Radiation } from '../src/domain/radiation.ts';
import { convertAngleDeg } from './input-grid.ts';
import type { Manifest } from './manifest.ts';

/**
 * The graph's own map output as maps by angle: each member's untempered logit is its bias plus the sum of `weight`. Angles are the centres of
 * the cells as `radiation` shows them; cells that it cannot reach were not measured, carry 0 and are left out.
 * `maps`: one pattern's [members, phases, cells].
 */
export function activationMaps(
  maps: Float32Array,
  manifest: Manifest,
  phaseIds: readonly string[],
  radiation: Radiation,
  of: ActivationMap['of'],
): ActivationMap[] {
  const { cells, phases, members } = manifest;
  const angles = cellAnglesDeg(manifest, radiation);
  const reached = angles.findIndex((angle) => !Number.isFinite(angle));
  const count = reached < 0 ? cells : reached;
  const twoThetaDeg = angles.slice(0, count);
  return phaseIds.flatMap((phaseId) => {
    const phase = phases.findIndex((one) => one.phaseId === phaseId);
    if (phase < 0) return [];
    return members.map(({ memberId }, m): ActivationMap => {
      const start = (m * phases.length + phase) * cells;
      return { phaseId, memberId, of, twoThetaDeg, weight: Float64Array.from(maps.subarray(start, start + count)) };
    });
  });
}

/** Centres of the maps' cells for `radiation`; NaN where its wavelength cannot show the spacing. */
export function cellAnglesDeg({ grid, cells }: Manifest, radiation: Radiation): Float64Array {
  const perCell = grid.points / cells;
  const toA = primaryWavelengthA(radiation);
  return Float64Array.from({ length: cells }, (_, c) => {
    const atReference = grid.fromDeg + ((c + 0.5) * perCell - 0.5) * grid.stepDeg;
    return Math.abs(toA / grid.wavelengthA - 1) < 1e-5 ? atReference : convertAngleDeg(atReference, grid.wavelengthA, toA);
  });
}
