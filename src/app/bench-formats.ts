import { readRecordedFile } from '../formats/registry.ts';
import { type Bench, benchResult } from './bench-command.ts';
import { type LargeFile, largeFiles } from './bench-formats-files.ts';
import type { Environment } from './command.ts';
import { wholeNumber } from './option-values.ts';
import { textTable } from './text-table.ts';

interface FormatSpeed {
  readonly format: string;
  readonly variant: string;
  readonly megabytes: number;
  readonly points: number;
  /** The first reading, code not yet compiled, and the median of the further ones. */
  readonly firstMs: number;
  readonly medianMs: number;
  /** Median of the processor time, all threads: on a busy machine the better figure. */
  readonly cpuMs: number;
}

/** How long the reading of large files takes, for every format that is written or plain text. */
export const benchFormats: Bench = {
  kind: 'formats',
  description: 'time the reading of large files of the text formats and of what is written',
  addOptions: (program) =>
    void program.option('--points <n>', 'points of each file', '100000').option('--repeats <n>', 'readings of each file', '7'),
  async run(options, environment) {
    const points = wholeNumber('--points', options['points'] ?? '100000', 3);
    const repeats = wholeNumber('--repeats', options['repeats'] ?? '7', 2);
    const speeds: FormatSpeed[] = [];
    for (const file of await largeFiles(points)) speeds.push(await timeReading(file, repeats, environment));
    const rows = speeds.map(({ format, variant, megabytes, points: read, firstMs, medianMs, cpuMs }) => [
      format,
      variant,
      megabytes.toFixed(1),
      String(read),
      firstMs.toFixed(0),
      medianMs.toFixed(0),
      cpuMs.toFixed(0),
    ]);
    return {
      result: benchResult('formats', speeds.length, { points, repeats, formats: speeds }),
      text: textTable(['format', 'variant', 'MB', 'points', 'first ms', 'median ms', 'median cpu ms'], rows),
    };
  },
};

async function timeReading({ formatId, variant, bytes }: LargeFile, repeats: number, { runtime }: Environment): Promise<FormatSpeed> {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  let points = 0;
  for (let i = 0; i < repeats; i++) {
    const startMs = runtime.clock.monotonicMs();
    const cpu = process.cpuUsage();
    const { scans } = await readRecordedFile(bytes, `bench.${variant}`);
    const { user, system } = process.cpuUsage(cpu);
    times.push(runtime.clock.monotonicMs() - startMs);
    cpuTimes.push((user + system) / 1000);
    points = scans[0]!.counts.length;
  }
  return {
    format: formatId,
    variant,
    megabytes: bytes.length / 1e6,
    points,
    firstMs: times[0]!,
    medianMs: medianOf(times.slice(1)),
    cpuMs: medianOf(cpuTimes.slice(1)),
  };
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
