/** What lies in the beam: the sample that everybody speaks of, another one, or nothing but the holder. */
export type Mounted = 'right' | 'wrong' | 'nothing';

/** What faults do to the sample itself. No wire tells of any of it. */
export interface SampleHolder {
  /** False where there is no other sample to be had. */
  mount(what: Mounted): boolean;
  spin(on: boolean): void;
  /** So much more light falls on the counter. */
  brighten(factor: number): void;
  isSpinning(): boolean;
}
