/** Who may command an instrument that has a remote mode. */
export class Controller {
  /** Set by the command that asks for remote control. */
  isRemote = false;
  inSetup = false;
  /** A switch at the cabinet; while it stands in SERVICE nobody gets remote control. */
  inService = false;
  /** Another computer holds remote control by its own port. */
  heldElsewhere = false;

  /** Takes remote control away, for whatever reason. */
  loseRemote(): void {
    this.isRemote = false;
    this.inSetup = false;
  }
}
