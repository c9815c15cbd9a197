/** A time in the beam during which the arm stood at one angle. */
export interface LitPiece {
  readonly armDeg: number;
  readonly seconds: number;
  /** Its middle, in instrument seconds. */
  readonly atS: number;
}

/** Into so many pieces a time is cut in which the arm moves. */
const PIECES_OF_MOTION = 24;

/**
 * Follows one exposure: when there was beam, and where the arm truly stood then. `armDegAt` need only hold from one call of `mark` to the next,
 * so whoever changes the motion or the beam has to call `mark` just before. What comes after `endS`, on a computer that is late, is no part of it.
 */
export class ExposureTrace {
  readonly startS: number;
  private readonly armDegAt: (atS: number) => number;
  private readonly pieces: LitPiece[] = [];
  private cursorS: number;
  private isLit: boolean;
  private readonly endS: number;

  constructor(startS: number, endS: number, isLit: boolean, armDegAt: (atS: number) => number) {
    this.startS = startS;
    this.endS = endS;
    this.cursorS = startS;
    this.isLit = isLit;
    this.armDegAt = armDegAt;
  }

  /** Takes stock of what happened until `atS`. */
  mark(atS: number): void {
    const untilS = Math.min(atS, this.endS);
    const seconds = untilS - this.cursorS;
    if (!(seconds > 0)) return;
    if (this.isLit) this.add(this.cursorS, seconds);
    this.cursorS = untilS;
  }

  /** From `atS` on there is beam, or none. */
  light(atS: number, isLit: boolean): void {
    this.mark(atS);
    this.isLit = isLit;
  }

  litPieces(): readonly LitPiece[] {
    return this.pieces;
  }

  private add(fromS: number, seconds: number): void {
    const step = seconds / PIECES_OF_MOTION;
    const armDeg = Array.from({ length: PIECES_OF_MOTION }, (_, i) => this.armDegAt(fromS + (i + 0.5) * step));
    if (armDeg.every((deg) => deg === armDeg[0])) this.pieces.push({ armDeg: armDeg[0]!, seconds, atS: fromS + seconds / 2 });
    else this.pieces.push(...armDeg.map((deg, i) => ({ armDeg: deg, seconds: step, atS: fromS + (i + 0.5) * step })));
  }
}
