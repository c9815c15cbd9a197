import { rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

export interface FakeProgram {
  readonly name: string;
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly points: number;
  readonly dwellS: number;
  /** How long it measures, ms of real time. */
  readonly lastsMs: number;
}

/** What a test may turn. */
export interface FakeMood {
  remote: boolean;
  occupied: boolean;
  /** READY=yes while measuring. */
  readyLies: boolean;
  /** Kinds of requests that are obeyed while the reply is lost. */
  readonly mute: Set<'ADD' | 'MEASURE' | 'REMOVE' | 'STATUS'>;
  /** Kinds of requests that are neither heard nor answered. */
  readonly deaf: Set<'ADD' | 'MEASURE' | 'REMOVE' | 'STATUS'>;
  /** Answered so in place of the reply. */
  readonly say: Map<string, string>;
  /** Changes the text of a result; null: no file is written. */
  result: (xrdml: string) => string | null;
}

/** A peer that speaks what the public clients of the Aeris send, made from their description alone. Results go into `folder`. */
export class FakeAeris {
  readonly received: string[] = [];
  readonly measured: string[] = [];
  readonly samples = new Set<string>();
  readonly mood: FakeMood = {
    remote: true,
    occupied: true,
    readyLies: false,
    mute: new Set(),
    deaf: new Set(),
    say: new Map(),
    result: (xrdml) => xrdml,
  };
  readonly #programs: readonly FakeProgram[];
  readonly #folder: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #busy: string | null = null;

  constructor(programs: readonly FakeProgram[], folder: string) {
    this.#programs = programs;
    this.#folder = folder;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve());
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  get busy(): boolean {
    return this.#busy !== null;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('utf8');
      if (!text.endsWith('@END')) return;
      this.received.push(text);
      const reply = this.#answer(text);
      if (reply !== null) socket.end(reply);
    });
  }

  #answer(frame: string): string | null {
    const parts = frame.split('@').filter((part) => part !== '' && part !== 'END');
    const kind = parts[0] === 'STATUS_REQUEST' ? 'STATUS' : (parts[1] as 'ADD' | 'MEASURE' | 'REMOVE');
    if (this.mood.deaf.has(kind)) return null;
    const fields = new Map(parts.map((part) => part.split('=') as [string, string]));
    const reply = kind === 'STATUS' ? this.#status(fields) : this.#order(kind, fields);
    if (this.mood.mute.has(kind)) return null;
    const said = [...this.mood.say].find(([part]) => frame.includes(part));
    return said ? said[1] : reply;
  }

  #status(fields: ReadonlyMap<string, string | undefined>): string {
    if (fields.has('SYSTEM')) return `@STATUS@SYSTEM=${this.mood.remote ? 'remote' : 'local'}@END`;
    if (fields.has('UNIT')) return `@STATUS@UNIT=xrd@READY=${this.#busy && !this.mood.readyLies ? 'no' : 'yes'}@END`;
    return `@STATUS@LOCATION=${fields.get('LOCATION')}@STATE=${this.mood.occupied ? 'occupied' : 'free'}@END`;
  }

  #order(kind: 'ADD' | 'MEASURE' | 'REMOVE', fields: ReadonlyMap<string, string | undefined>): string {
    const id = fields.get('SAMPLE_ID') ?? '';
    if (kind === 'REMOVE') return this.samples.delete(id) ? '@SAMPLE@REMOVED@END' : '@ERROR@fatal: unknown sample@END';
    const program = this.#programs.find(({ name }) => name === fields.get('APPLICATION'));
    if (!program) return '@ERROR@fatal: unknown application@END';
    if (kind === 'ADD') {
      if (this.samples.has(id)) return '@ERROR@fatal: sample exists@END';
      this.samples.add(id);
      return '@SAMPLE@ADDED@END';
    }
    if (!this.samples.has(id) || this.#busy) return '@ERROR@fatal: cannot measure@END';
    this.#busy = id;
    this.measured.push(id);
    const begunMs = Date.now();
    const timer = setTimeout(() => {
      this.#busy = null;
      const text = this.mood.result(xrdmlOf(program, id, begunMs, Date.now()));
      if (text !== null) writeFileSync(join(this.#folder, `${id}.xrdml`), text);
    }, program.lastsMs);
    this.#timers.add(timer);
    return '@SAMPLE@STARTED@END';
  }
}

/** Counts that depend on the point alone. */
export function fakeCounts(points: number): number[] {
  return Array.from({ length: points }, (_, i) => (i * 37) % 101);
}

export function xrdmlOf(program: Omit<FakeProgram, 'lastsMs'>, sampleId: string, begunMs: number, endedMs: number): string {
  const stamp = (ms: number) => new Date(ms).toISOString();
  return `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/2.1" status="Completed">
  <sample type="To be analyzed"><id>${sampleId}</id><name></name></sample>
  <xrdMeasurement measurementType="Scan" status="Completed">
    <usedWavelength intended="K-Alpha"><kAlpha1 unit="Angstrom">1.5405980</kAlpha1><kAlpha2 unit="Angstrom">1.5444260</kAlpha2><ratioKAlpha2KAlpha1>0.5000</ratioKAlpha2KAlpha1></usedWavelength>
    <scan appendNumber="0" mode="Continuous" scanAxis="Gonio" status="Completed">
      <header><startTimeStamp>${stamp(begunMs)}</startTimeStamp><endTimeStamp>${stamp(endedMs)}</endTimeStamp></header>
      <dataPoints>
        <positions axis="2Theta" unit="deg"><startPosition>${program.fromDeg}</startPosition><endPosition>${program.toDeg}</endPosition></positions>
        <commonCountingTime unit="seconds">${program.dwellS}</commonCountingTime>
        <counts unit="counts">${fakeCounts(program.points).join(' ')}</counts>
      </dataPoints>
    </scan>
  </xrdMeasurement>
</xrdMeasurements>
`;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
