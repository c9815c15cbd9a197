import type { Specimen } from '../../specimen.ts';

/** Where a scan that begins at `deg` has its first point, in 1e-6 degree: the motor's steps of 0.001 degree, or the raster of a recording where one is near. */
export function startPlaceUdeg(deg: number, { rasters }: Specimen): number {
  const udeg = Math.round(deg * 1000) * 1000;
  if (rasters === 'free') return udeg;
  const near = rasters.map(({ stepDeg, originDeg }) => Math.round((originDeg + Math.round((deg - originDeg) / stepDeg) * stepDeg) * 1e6));
  return near.find((candidate) => Math.abs(candidate - udeg) <= 1000) ?? udeg;
}
