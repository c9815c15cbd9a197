/** What faults do to a sample changer. */
export interface SampleReach {
  /** Nothing lies any more where the sample was. */
  takeAway(): void;
  /** The next commands about samples are answered with a fatal error; `took` hears each. */
  refuseNext(commands: number, took: () => void): void;
}
