import type { Observable } from 'rxjs';
import { EwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type {
  Capabilities,
  Diffractometer,
  FoundScan,
  InstrumentAlert,
  InstrumentIdentity,
  SafetyState,
} from '../../src/ports/diffractometer.ts';
import { FileScans, type FileWork } from './file-scans.ts';

/** What the config says of the instrument: its wire can be asked neither for a name nor for its start. */
export interface ToldInstrument {
  readonly instrumentId: string;
  readonly title: string;
  readonly sampleId: string;
  readonly radiation: Radiation;
  readonly simulated: boolean;
  readonly timing: { readonly clockSpeed: number };
}

export interface FileDriverParts {
  /** What the instrument is called in errors. */
  readonly name: string;
  readonly work: FileWork & { nowS(): number };
  readonly watch: { readonly states: Observable<SafetyState>; readonly alarms: { alerts(): Observable<InstrumentAlert> }; close(): void };
}

/** What drivers of instruments have in common that leave their results as files; how one is opened and made safe is its own. */
export abstract class FileDriver implements Diffractometer {
  readonly #told: ToldInstrument;
  readonly #parts: FileDriverParts;
  readonly #scans: FileScans;
  #isOpen = false;

  constructor(told: ToldInstrument, parts: FileDriverParts) {
    this.#told = told;
    this.#parts = parts;
    this.#scans = new FileScans({
      run: async (command, signal) => {
        this.#requireOpen();
        return parts.work.run(command, signal);
      },
      look: (requestId, attempt) => parts.work.look(requestId, attempt),
    });
  }

  protected abstract start(): Promise<Capabilities>;
  abstract makeSafe(reason: string): Promise<void>;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    if (signal.aborted) throw new EwaldError('interrupted', this.#parts.name, 'opening the instrument was interrupted', 'start again');
    const capabilities = await this.start();
    this.#isOpen = true;
    return capabilities;
  }

  async identity(): Promise<InstrumentIdentity> {
    this.#requireOpen();
    const { instrumentId, title, radiation, sampleId, simulated, timing } = this.#told;
    const clock = { clockS: this.#parts.work.nowS(), clockSpeed: timing.clockSpeed };
    return { instrumentId, title, software: 'unknown to this wire', simulated, radiation, sampleId, bootId: instrumentId, ...clock };
  }

  safety(): Observable<SafetyState> {
    return this.#parts.watch.states;
  }

  alerts(): Observable<InstrumentAlert> {
    return this.#parts.watch.alarms.alerts();
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return this.#scans.scan(command);
  }

  async acknowledge(requestId: string, attempt: number, sequence: number): Promise<void> {
    this.#scans.acknowledge(requestId, attempt, sequence);
  }

  async find(requestId: string, attempt: number): Promise<FoundScan> {
    this.#requireOpen();
    return this.#scans.find(requestId, attempt);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#scans.close();
    this.#parts.watch.close();
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new EwaldError('link', this.#parts.name, 'the instrument is not open', 'open it first');
  }
}
