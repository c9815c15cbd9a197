/** Something that is wrong with a scan, whatever the sample is. */
export interface ScanFinding {
  readonly kind: 'noBeam' | 'emptyHolder' | 'deadPoints' | 'hotPoints' | 'saturation' | 'sameSample';
  /** 'stop': nothing can be read from the scan. 'warn': the answer stands, but look at this. */
  readonly severity: 'stop' | 'warn';
  /** One plain sentence, without a full stop. */
  readonly message: string;
  /** Where, degrees 2theta; missing where it is the whole scan. */
  readonly atDeg?: number;
}
