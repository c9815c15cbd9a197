/** What faults do to a sample changer and what it says. */
export interface SampleReach {
  /** Nothing lies any more where the sample was. */
  takeAway(): void;
  /** The next commands about samples are answered with a fatal error; `took` hears each. */
  refuseNext(commands: number, took: () => void): void;
  /** It says it is ready whatever it does; `took` hears the first time that this is untrue. */
  sayReady(on: boolean, took: () => void): void;
}
