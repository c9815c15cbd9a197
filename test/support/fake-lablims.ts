import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeCounts } from './fake-aeris.ts';

export interface AsciiShape {
  readonly fromDeg: number;
  readonly stepDeg: number;
  readonly points: number;
}

/** A result as the public client reads it: three lines of header, 2theta in the third of five columns, counts in the last. */
export function asciiOf({ fromDeg, stepDeg, points }: AsciiShape, counts: readonly number[] = fakeCounts(points)): string {
  const header = ['; made by a test', 'Measurement;1', 'Index;Time;2Theta;Theta;Counts'];
  const rows = Array.from({ length: points }, (_, i) => {
    const deg = fromDeg + i * stepDeg;
    return `${i};0.5;${deg.toFixed(4)};${(deg / 2).toFixed(4)};${counts[i]}`;
  });
  return `${[...header, ...rows].join('\r\n')}\r\n`;
}

/** What a test may turn. */
export interface LabLimsMood {
  /** Takes jobs at all. */
  awake: boolean;
  lastsMs: number;
  /** Lays the result. */
  lay: (folder: string, text: string) => void;
}

/** A watcher of the hand-off folders, made from their public description alone. */
export class FakeLabLims {
  readonly jobs: string[] = [];
  readonly params: string[] = [];
  readonly mood: LabLimsMood = { awake: true, lastsMs: 250, lay: (folder, text) => layWhole(folder, 'XRD.ascii', text) };
  readonly #folder: string;
  readonly #resultFolder: string;
  readonly #ticking: NodeJS.Timeout;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(folder: string, resultFolder: string) {
    this.#folder = folder;
    this.#resultFolder = resultFolder;
    this.#ticking = setInterval(() => this.#look(), 5);
  }

  stop(): void {
    clearInterval(this.#ticking);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #look(): void {
    const path = join(this.#folder, 'Job.xml');
    if (!this.mood.awake || !existsSync(path)) return;
    this.jobs.push(readFileSync(path, 'utf8'));
    rmSync(path);
    const text = readFileSync(join(this.#folder, 'ScanParams.txt'), 'utf8');
    this.params.push(text);
    const [fromDeg, toDeg, stepDeg] = text.split(/\r?\n/)[1]!.split(';').map(Number) as [number, number, number];
    const points = Math.round((toDeg - fromDeg) / stepDeg) + 1;
    // No two measurements are alike.
    const counts = fakeCounts(points).map((count) => count + this.jobs.length);
    const lay = () => this.mood.lay(this.#resultFolder, asciiOf({ fromDeg, stepDeg, points }, counts));
    this.#timers.add(setTimeout(lay, this.mood.lastsMs));
  }
}

export function layWhole(folder: string, name: string, text: string): void {
  const part = join(folder, '..', `${name}.being-written`);
  writeFileSync(part, text);
  renameSync(part, join(folder, name));
}
