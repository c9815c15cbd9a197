/** A closed interval of the diffraction angle 2theta, in degrees. */
export interface AngleRange {
  readonly fromDeg: number;
  readonly toDeg: number;
}

export function widthDeg(range: AngleRange): number {
  return range.toDeg - range.fromDeg;
}

export function contains(range: AngleRange, twoThetaDeg: number): boolean {
  return twoThetaDeg >= range.fromDeg && twoThetaDeg <= range.toDeg;
}

/** The part that both ranges share, or null where they do not touch. */
export function intersect(a: AngleRange, b: AngleRange): AngleRange | null {
  const fromDeg = Math.max(a.fromDeg, b.fromDeg);
  const toDeg = Math.min(a.toDeg, b.toDeg);
  return fromDeg <= toDeg ? { fromDeg, toDeg } : null;
}

/** Sorted, disjoint ranges covering the same angles; ranges closer than `gapDeg` are joined. */
export function unite(ranges: readonly AngleRange[], gapDeg = 0): AngleRange[] {
  const sorted = [...ranges].sort((a, b) => a.fromDeg - b.fromDeg);
  const united: AngleRange[] = [];
  for (const range of sorted) {
    const last = united.at(-1);
    if (last && range.fromDeg - last.toDeg <= gapDeg)
      united[united.length - 1] = { fromDeg: last.fromDeg, toDeg: Math.max(last.toDeg, range.toDeg) };
    else united.push(range);
  }
  return united;
}

/** The parts of `range` outside all of `holes`, in order. */
export function subtract(range: AngleRange, holes: readonly AngleRange[]): AngleRange[] {
  let rest: AngleRange[] = [range];
  for (const hole of holes) {
    rest = rest.flatMap((part) => {
      if (!intersect(part, hole)) return [part];
      const left = { fromDeg: part.fromDeg, toDeg: hole.fromDeg };
      const right = { fromDeg: hole.toDeg, toDeg: part.toDeg };
      return [left, right].filter((piece) => widthDeg(piece) > 0);
    });
  }
  return rest;
}

/** `range` widened symmetrically to at least `minDeg`, kept inside `limits` where they allow it. */
export function widenTo(range: AngleRange, minDeg: number, limits: AngleRange): AngleRange {
  const missingDeg = minDeg - widthDeg(range);
  if (missingDeg <= 0) return range;
  const fromDeg = Math.max(limits.fromDeg, Math.min(range.fromDeg - missingDeg / 2, limits.toDeg - minDeg));
  return { fromDeg, toDeg: Math.min(limits.toDeg, fromDeg + minDeg) };
}
