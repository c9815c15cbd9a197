/** What can be wrong with the strips of a detector; it lasts until it is taken back. */
export type StripDisturbance =
  /** A strip counts by itself, with or without beam. */
  | { readonly kind: 'hot'; readonly channel: number; readonly cps: number }
  | { readonly kind: 'dead'; readonly fromChannel: number; readonly count: number }
  /** The beam is stronger than it should be. */
  | { readonly kind: 'flood'; readonly factor: number }
  /** The true thresholds have drifted away from what was set. */
  | { readonly kind: 'threshold'; readonly byKev: number };

/** What faults do to a detector of strips that is read frame by frame. */
export interface StripReach {
  channels(): number;
  /** `counted` hears of every frame that was counted so. Returns a function that takes it back. */
  disturb(what: StripDisturbance, counted: () => void): () => void;
  /** The next readouts fail: a whole frame of -1, or an error number alone. `took` hears each. */
  failReadouts(readouts: number, how: 'frame' | 'number', took: () => void): void;
  /** The next frames find no room among those that wait to be read. `took` hears each. */
  dropFrames(frames: number, took: () => void): void;
}
