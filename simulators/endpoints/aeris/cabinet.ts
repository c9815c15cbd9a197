import { Refusal } from '../../refusal.ts';
import type { VirtualDiffractometer } from '../../virtual-diffractometer.ts';
import { CountedScan } from '../counted-scan.ts';
import type { SampleReach } from '../sample-reach.ts';
import type { WireScans } from '../wire-scans.ts';
import type { Program } from './programs.ts';

/** Places in the changer: 1 is the belt, 2 to 6 are positions 1 to 5. */
export const SLOTS = [1, 2, 3, 4, 5, 6] as const;

/** From the command to the start of the scan, and from its end until the gripper has let go; instrument s (domain-facts 1.2). */
const LOAD_S = 8;
const GRIP_S = 5;
/** From the end of the scan until its file is written. */
const WRITE_S = 2;

/** Thrown where the instrument answers with a fatal error. */
export class Fatal extends Error {
  override readonly name = 'Fatal';
}

interface Entry {
  readonly sampleId: string;
  readonly application: string;
  slot: number;
}

export interface CabinetParts {
  readonly device: VirtualDiffractometer;
  readonly scans: WireScans;
  readonly programs: readonly Program[];
  readonly signal: AbortSignal;
  /** Where the sample lies. */
  readonly slot: number;
  readonly onBegin: (sampleId: string) => void;
  readonly onResult: (sampleId: string, scan: CountedScan, whole: boolean) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The sample changer with its list of samples, and the measurement of one after the other. Every command may throw Fatal. */
export class Cabinet implements SampleReach {
  private readonly parts: CabinetParts;
  private readonly entries = new Map<string, Entry>();
  /** Null while the sample is inside, or was taken away. */
  private sampleSlot: number | null;
  private isInside = false;
  private isBusy = false;
  private isMeasuring = false;
  private refusals: { left: number; readonly took: () => void } | null = null;
  private lie: { readonly took: () => void; told: boolean } | null = null;

  constructor(parts: CabinetParts) {
    this.parts = parts;
    this.sampleSlot = parts.slot;
  }

  isReady(): boolean {
    if (this.lie && this.isMeasuring && !this.lie.told) {
      this.lie.told = true;
      this.lie.took();
    }
    return this.lie !== null || !this.isMeasuring;
  }

  /** By the sensor, not by the list. */
  isFree(slot: number): boolean {
    this.demandSlot(slot);
    return this.sampleSlot !== slot;
  }

  add(sampleId: string, application: string, slot: number, measures: boolean): void {
    this.demandRemote();
    this.demandSlot(slot);
    this.demandProgram(application);
    // The id becomes the name of a file.
    if (!/^(?!\.)[^@=\s/\\]{1,128}$/.test(sampleId)) throw new Fatal('the sample id is not valid');
    if (this.entries.has(sampleId)) throw new Fatal(`sample ${sampleId} is in the list`);
    if ([...this.entries.values()].some((entry) => entry.slot === slot)) throw new Fatal(`location 0,${slot} is taken in the list`);
    const entry = { sampleId, application, slot };
    if (measures) this.demandMeasurable(entry);
    this.entries.set(sampleId, entry);
    if (measures) this.start(entry, application);
  }

  measure(sampleId: string, application: string | undefined): void {
    this.demandRemote();
    const entry = this.entryOf(sampleId);
    const name = application ?? entry.application;
    this.demandProgram(name);
    this.demandMeasurable(entry);
    this.start(entry, name);
  }

  move(fromSlot: number, toSlot: number): void {
    this.demandRemote();
    this.demandSlot(fromSlot);
    this.demandSlot(toSlot);
    if (this.isBusy) throw new Fatal('the gripper is busy');
    if (this.isFree(fromSlot)) throw new Fatal(`nothing lies at location 0,${fromSlot}`);
    if (!this.isFree(toSlot)) throw new Fatal(`location 0,${toSlot} is occupied`);
    this.sampleSlot = toSlot;
    for (const entry of this.entries.values()) if (entry.slot === fromSlot) entry.slot = toSlot;
  }

  remove(sampleId: string): void {
    this.demandRemote();
    this.entryOf(sampleId);
    if (this.isBusy && this.isInside) throw new Fatal(`sample ${sampleId} is being measured`);
    this.entries.delete(sampleId);
  }

  removeAt(slot: number): void {
    this.demandSlot(slot);
    const entry = [...this.entries.values()].find((one) => one.slot === slot);
    if (!entry) throw new Fatal(`no sample in the list is at location 0,${slot}`);
    this.remove(entry.sampleId);
  }

  takeAway(): void {
    this.sampleSlot = null;
    this.isInside = false;
  }

  refuseNext(commands: number, took: () => void): void {
    this.refusals = { left: commands, took };
  }

  sayReady(on: boolean, took: () => void): void {
    this.lie = on ? { took, told: false } : null;
  }

  private demandRemote(): void {
    if (this.parts.device.isLocal()) throw new Fatal('the system is not under remote control');
    if (!this.refusals || this.refusals.left === 0) return;
    this.refusals.left--;
    this.refusals.took();
    throw new Fatal('the unit does not respond');
  }

  private demandSlot(slot: number): void {
    if (!(SLOTS as readonly number[]).includes(slot)) throw new Fatal(`there is no location 0,${slot}`);
  }

  private demandProgram(name: string): void {
    if (!this.parts.programs.some((program) => program.name === name)) throw new Fatal(`there is no application ${name}`);
  }

  private demandMeasurable(entry: Entry): void {
    if (this.isBusy) throw new Fatal('a measurement is under way');
    if (this.isFree(entry.slot)) throw new Fatal(`nothing lies at location 0,${entry.slot}`);
  }

  private entryOf(sampleId: string): Entry {
    const entry = this.entries.get(sampleId);
    if (!entry) throw new Fatal(`there is no sample ${sampleId} in the list`);
    return entry;
  }

  private start(entry: Entry, name: string): void {
    const program = this.parts.programs.find((one) => one.name === name)!;
    this.isBusy = true;
    this.parts.onBegin(entry.sampleId);
    this.run(entry, program).catch((error: unknown) => this.parts.onFailure(error));
  }

  /** Loads, scans, unloads. Until the sample is in, the instrument still says that it is ready. */
  private async run(entry: Entry, program: Program): Promise<void> {
    const { scans, onResult, device } = this.parts;
    try {
      await this.pass(LOAD_S);
      if (this.sampleSlot !== entry.slot || device.isLocal()) return;
      this.sampleSlot = null;
      this.isInside = true;
      this.isMeasuring = true;
      const scan = new CountedScan();
      const { fromDeg, toDeg, stepDeg, dwellS } = program;
      const plan = {
        fromUdeg: Math.round(fromDeg * 1e6),
        stepUdeg: Math.round(stepDeg * 1e6),
        pointCount: Math.floor((toDeg - fromDeg) / stepDeg + 1e-6) + 1,
        dwellNs: Math.round(dwellS * 1e9),
      };
      scans.begin(entry.sampleId, plan, 'continuous', scan);
      const end = await scan.done;
      this.isMeasuring = false;
      await this.pass(WRITE_S);
      if (scan.counts.length > 0) onResult(entry.sampleId, scan, end.report.completeness === 'whole');
      await this.pass(GRIP_S - WRITE_S);
    } catch (error) {
      // The instrument gives up on its own; a client only sees that no file comes.
      if (!(error instanceof Refusal)) throw error;
      this.parts.onFailure(error);
    } finally {
      this.isMeasuring = false;
      this.isBusy = false;
      if (this.isInside) {
        this.isInside = false;
        this.sampleSlot = entry.slot;
      }
    }
  }

  private pass(seconds: number): Promise<void> {
    const { clock } = this.parts.device;
    return clock.advanceTo(clock.nowS() + seconds, this.parts.signal);
  }
}
