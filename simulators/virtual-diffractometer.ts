import type { CommandBody, CommandVerb, WireAlarm, WireBirth, WireCommand, WireReply, WireSafety } from '../drivers/mqtt/protocol.ts';
import type { Clock, Log } from '../src/ports/runtime.ts';
import { CommandDesk } from './command-desk.ts';
import { InstrumentClock, type Speed } from './instrument-clock.ts';
import type { InstrumentOutput } from './instrument-output.ts';
import type { InstrumentProfile } from './instrument-profile.ts';
import type { Journal } from './journal.ts';
import { LeaseDesk } from './lease-desk.ts';
import { birthMessage, safetyMessage } from './native-messages.ts';
import { Refusal } from './refusal.ts';
import { type CircuitState, SafetyCircuit } from './safety-circuit.ts';
import { ScanDesk } from './scan-desk.ts';
import { Schedule } from './schedule.ts';
import type { Specimen } from './specimen.ts';

export interface DiffractometerSetup {
  /** A new one at every start. */
  readonly bootId: string;
  readonly profile: InstrumentProfile;
  readonly specimen: Specimen;
  readonly speed: Speed;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
}

/** The far end of the wire as a state machine that knows no transport: one goniometer, one shutter, one scan at a time. */
export class VirtualDiffractometer {
  readonly schedule = new Schedule();
  readonly clock: InstrumentClock;
  readonly scans: ScanDesk;
  readonly bootId: string;
  readonly profile: InstrumentProfile;
  /** Set by detectors that count frames of their own, while they want the beam. */
  isExposing = false;
  private readonly setup: DiffractometerSetup;
  private readonly leases: LeaseDesk;
  private readonly desk: CommandDesk;
  private readonly circuit: SafetyCircuit;
  private output: InstrumentOutput | null = null;
  private safetySequence = 0;
  private localControl = false;
  private dead = false;
  private shutterShown: 'open' | 'closed' | null = null;

  constructor(setup: DiffractometerSetup) {
    const { bootId, profile, specimen, log, journal } = setup;
    this.setup = setup;
    this.bootId = bootId;
    this.profile = profile;
    this.clock = new InstrumentClock(setup.clock, setup.speed);
    this.leases = new LeaseDesk(bootId, profile.maxLeaseTtlMs);
    this.desk = new CommandDesk(bootId, this.clock, this.leases, (verb, body, clientId) => this.obey(verb, body, clientId));
    this.circuit = new SafetyCircuit(
      () => this.circuitChanged(),
      (alarmId, alarm) => {
        this.note('alarm', { alarmId, standing: alarm !== null });
        this.output?.alarm(alarmId, alarm);
      },
    );
    this.scans = new ScanDesk({
      bootId,
      capabilities: profile.capabilities,
      shutter: profile.shutter,
      chunk: profile.chunk,
      specimen,
      clock: this.clock,
      schedule: this.schedule,
      circuit: this.circuit,
      log,
      journal,
      onChunk: (chunk) => this.output?.chunk(chunk),
      onEnd: (end) => this.output?.end(end),
    });
  }

  attach(output: InstrumentOutput): void {
    this.output = output;
  }

  birth(): WireBirth {
    return birthMessage(this, this.setup.specimen);
  }

  /** A new safety message with the next sequence number. */
  safety(): WireSafety {
    return safetyMessage(this, ++this.safetySequence, this.circuit.now(), this.shownShutter());
  }

  alarms(): ReadonlyMap<string, WireAlarm> {
    return this.circuit.alarms();
  }

  /** How the shutter stands by what the instrument says. */
  shownShutter(): 'open' | 'closed' {
    return this.shutterShown ?? this.circuit.now().shutter;
  }

  misreadShutter(shows: 'open' | 'closed' | null): void {
    this.shutterShown = shows;
    this.output?.safety();
  }

  circuitState(): CircuitState {
    return this.circuit.now();
  }

  handle(verb: CommandVerb, command: WireCommand): WireReply {
    return this.desk.handle(verb, command);
  }

  /** To be called often: watches over the lease and lets scheduled events happen while no scan runs. */
  tick(): void {
    if (this.dead) return;
    if (this.leases.expire(this.clock.wallMs())) {
      this.note('lease', { state: 'expired' });
      this.safeState('the lease was not renewed in time');
    }
    this.schedule.runUntil(this.clock.nowS());
  }

  /** A change at the cabinet. With an alarm it ends the running scan at `atS`, and the alarm stays until an operator's reset. */
  disturb(
    change: Partial<Omit<CircuitState, 'shutter'>>,
    alarm: { readonly alarmId: string; readonly alarm: WireAlarm } | null,
    atS: number,
  ): void {
    if (alarm) this.scans.cut(alarm.alarm.text, atS);
    this.circuit.set(change);
    if (alarm) this.circuit.raise(alarm.alarmId, alarm.alarm);
  }

  jamShutter(refused: () => void): void {
    this.circuit.jamShutter(refused);
  }

  /** Why the circuit keeps the shutter closed, or null. */
  obstacle(): string | null {
    return this.circuit.obstacle();
  }

  stickShutter(atS: number): void {
    this.circuit.stickShutter(atS);
  }

  operatorReset(): void {
    this.circuit.reset();
  }

  setLocalControl(local: boolean, atS: number): void {
    this.localControl = local;
    const text = 'an operator took local control';
    if (local) this.disturb({}, { alarmId: 'local-control', alarm: { kind: 'localControl', severity: 'minor', text, sinceS: atS } }, atS);
    else this.circuit.clear('local-control');
  }

  isLocal(): boolean {
    return this.localControl;
  }

  /** For wires without leases. Throws a Refusal. */
  startScan(body: CommandBody<'scan'>): void {
    if (this.localControl) throw new Refusal('localControl', 'an operator has local control');
    this.scans.start(body);
  }

  /** Ends the running scan, if any; a shutter that the scan did not open stays as it is. */
  halt(reason: string): void {
    this.scans.cut(reason, this.clock.nowS());
  }

  /** For instruments whose shutter has commands of its own. False where the circuit forbids it or the shutter sticks. */
  commandShutter(to: 'open' | 'closed'): boolean {
    if (to === 'open') return this.circuit.openShutter();
    this.circuit.closeShutter();
    return this.circuit.now().shutter === 'closed';
  }

  /** The controller dies: nothing leaves it any more, and the unpowered shutter falls. */
  die(): void {
    this.dead = true;
    this.output = null;
    this.safeState('the controller died');
  }

  async shutDown(reason: string): Promise<void> {
    this.safeState(reason);
    await this.scans.idle();
  }

  private obey(verb: CommandVerb, body: never, clientId: string): Record<string, unknown> {
    switch (verb) {
      case 'claim':
        return this.claim(body, clientId);
      case 'renew':
        this.leases.renew(this.clock.wallMs());
        return {};
      case 'release':
        this.leases.end();
        this.note('lease', { state: 'released', clientId });
        this.safeState('the lease was given back');
        return {};
      case 'scan':
        if (this.localControl) throw new Refusal('localControl', 'an operator has local control');
        return this.scans.start(body);
      case 'find':
        return this.scans.find(body);
      case 'resend':
        return this.scans.resend(body);
      case 'acknowledge': {
        const holder = this.leases.current()?.clientId;
        if (holder !== undefined && holder !== clientId) throw new Refusal('leaseHeld', `${holder} holds the lease`);
        this.scans.acknowledge(body);
        return {};
      }
      case 'safe':
        this.safeState((body as CommandBody<'safe'>).reason);
        return { shutter: this.shownShutter() };
    }
  }

  private claim(body: CommandBody<'claim'>, clientId: string): Record<string, unknown> {
    const lease = this.leases.claim(clientId, body.ttlMs, this.clock.wallMs());
    if (!lease) throw new Refusal('leaseHeld', `${this.leases.current()?.clientId ?? 'another client'} holds the lease`);
    this.note('lease', { state: 'granted', clientId });
    return { leaseId: lease.leaseId, ttlMs: lease.ttlMs };
  }

  private safeState(reason: string): void {
    this.scans.cut(reason, this.clock.nowS());
    this.circuit.closeShutter();
  }

  private circuitChanged(): void {
    const { shutter, interlockClosed, doorsClosed, emergencyStop, generatorOn } = this.circuit.now();
    const isCounting = this.scans.isRunning() || this.isExposing;
    const isWanted = this.profile.shutter === 'commanded' || isCounting;
    const safe = interlockClosed && doorsClosed && !emergencyStop && isWanted;
    const isBeamOn = shutter === 'open' && generatorOn;
    this.note('beam', { shutter, generatorOn, unsafe: isBeamOn && !safe, idle: isBeamOn && !isCounting });
    this.scans.noteBeam();
    this.output?.safety();
  }

  private note(kind: string, fields: Readonly<Record<string, unknown>>): void {
    this.setup.journal(kind, { atS: this.clock.nowS(), ...fields });
    this.setup.log.debug(`instrument: ${kind}`, fields);
  }
}
