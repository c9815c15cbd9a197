/** One module of strips. */
export interface StripModule {
  /** Channel at which the line from the goniometer's centre meets the module at a right angle; channels count from 0, halves are allowed. */
  readonly centreChannel: number;
  readonly radiusMm: number;
  /** Angle of that line from the angle that the arm reads, deg. */
  readonly offsetDeg: number;
}

export interface StripGeometry {
  readonly pitchMm: number;
  /** 1 where angles grow with the channel's number, else -1. */
  readonly direction: 1 | -1;
  /** flat: a plane module, angle atan(x / radius). arc: strips bent around the centre, angle x / radius. */
  readonly shape: 'flat' | 'arc';
  readonly modules: readonly StripModule[];
}

const DEG = 180 / Math.PI;

/** The angle of every strip from the angle of the arm, deg, module after module; `channels` says how many strips each module has. */
export function stripOffsetsDeg({ pitchMm, direction, shape, modules }: StripGeometry, channels: readonly number[]): Float64Array {
  const offsets: number[] = [];
  modules.forEach(({ centreChannel, radiusMm, offsetDeg }, at) => {
    for (let channel = 0; channel < (channels[at] ?? 0); channel++) {
      const ratio = ((channel - centreChannel) * pitchMm) / radiusMm;
      offsets.push(offsetDeg + direction * DEG * (shape === 'flat' ? Math.atan(ratio) : ratio));
    }
  });
  return Float64Array.from(offsets);
}

/** The widest angle that a strip takes up, deg: a raster must not be finer, or some points would never be under a strip. */
export function widestPitchDeg({ pitchMm, modules }: StripGeometry): number {
  return Math.max(...modules.map(({ radiusMm }) => DEG * (pitchMm / radiusMm)));
}
