import type { WireAlarm } from '../drivers/mqtt/protocol.ts';

export interface CircuitState {
  readonly interlockClosed: boolean;
  readonly doorsClosed: boolean;
  readonly emergencyStop: boolean;
  readonly generatorOn: boolean;
  readonly shutter: 'open' | 'closed';
}

/**
 * The hard-wired part: doors, interlock, generator and shutter. It drops the shutter by itself, whatever the software says. An alarm stays until
 * an operator resets it, even when its cause is gone.
 */
export class SafetyCircuit {
  private state: CircuitState = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' };
  private jammed: (() => void) | null = null;
  private stuck: { readonly sinceS: number } | null = null;
  private readonly standing = new Map<string, WireAlarm>();
  private readonly onChange: () => void;
  private readonly onAlarm: (alarmId: string, alarm: WireAlarm | null) => void;

  constructor(onChange: () => void, onAlarm: (alarmId: string, alarm: WireAlarm | null) => void) {
    this.onChange = onChange;
    this.onAlarm = onAlarm;
  }

  now(): CircuitState {
    return this.state;
  }

  alarms(): ReadonlyMap<string, WireAlarm> {
    return this.standing;
  }

  /** Why the shutter may not open, or null. */
  obstacle(): string | null {
    if (!this.state.doorsClosed) return 'a door is open';
    if (!this.state.interlockClosed) return 'the interlock is open';
    if (this.state.emergencyStop) return 'the emergency stop is pressed';
    if (!this.state.generatorOn) return 'the generator is off';
    const alarm = [...this.standing.values()][0];
    return alarm ? `an alarm waits for an operator's reset: ${alarm.text}` : null;
  }

  /** Takes over what changed; where that makes the beam unsafe the shutter falls in the same instant. */
  set(change: Partial<Omit<CircuitState, 'shutter'>>): void {
    // Under a shutter that does not close nobody gets the high voltage back.
    const generatorOn = (change.generatorOn ?? this.state.generatorOn) && (this.state.generatorOn || !this.standing.has('shutter'));
    const next = { ...this.state, ...change, generatorOn };
    const unsafe = !next.interlockClosed || !next.doorsClosed || next.emergencyStop || !next.generatorOn;
    this.state = unsafe ? this.darkened(next) : next;
    this.onChange();
  }

  /** False where the circuit forbids it. */
  openShutter(): boolean {
    if (this.obstacle() !== null) return false;
    if (this.jammed) {
      this.jammed();
      return false;
    }
    this.state = { ...this.state, shutter: 'open' };
    this.onChange();
    return true;
  }

  closeShutter(): void {
    if (this.state.shutter === 'closed') return;
    const dark = this.darkened(this.state);
    if (dark === this.state) return;
    this.state = dark;
    this.onChange();
  }

  /** From now on an open shutter stays open, whoever wants it closed. */
  stickShutter(atS: number): void {
    this.stuck = { sinceS: atS };
  }

  /** From now on a closed shutter does not open; `refused` hears of every time that it should have. */
  jamShutter(refused: () => void): void {
    this.jammed = refused;
  }

  /** The state without beam: the shutter falls, and where it does not, the high voltage goes, as in any fail-safe cabinet. */
  private darkened(state: CircuitState): CircuitState {
    if (!this.stuck || state.shutter === 'closed') return { ...state, shutter: 'closed' };
    this.raise('shutter', { kind: 'shutter', severity: 'major', text: 'the shutter does not close', sinceS: this.stuck.sinceS });
    return state.generatorOn ? { ...state, generatorOn: false } : state;
  }

  raise(alarmId: string, alarm: WireAlarm): void {
    if (this.standing.has(alarmId)) return;
    this.standing.set(alarmId, alarm);
    this.onAlarm(alarmId, alarm);
  }

  clear(alarmId: string): void {
    if (this.standing.delete(alarmId)) this.onAlarm(alarmId, null);
  }

  /** What an operator does at the cabinet: clears the alarms whose cause is gone. */
  reset(): void {
    const { interlockClosed, doorsClosed, emergencyStop, generatorOn } = this.state;
    if (!interlockClosed || !doorsClosed || emergencyStop || !generatorOn) return;
    for (const alarmId of [...this.standing.keys()]) this.clear(alarmId);
  }
}
