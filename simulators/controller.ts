/** Who may command an instrument that has a remote mode. */
export class Controller {
  /** Set by the command that asks for remote control. */
  isRemote = false;
  inSetup = false;
  /** A switch at the cabinet; while it stands in SERVICE nobody gets remote control. */
  inService = false;
  /** Another computer holds remote control by its own port. */
  heldElsewhere = false;

  private refusals: { left: number; readonly took: () => void } | null = null;

  /** The next commands find the port busy; `took` hears each. */
  refuseNext(commands: number, took: () => void): void {
    this.refusals = { left: commands, took };
  }

  /** True for a command that is to be refused because the port is busy. */
  isBusy(): boolean {
    if (!this.refusals || this.refusals.left === 0) return false;
    this.refusals.left--;
    this.refusals.took();
    return true;
  }

  /** Takes remote control away, for whatever reason. */
  loseRemote(): void {
    this.isRemote = false;
    this.inSetup = false;
  }
}
