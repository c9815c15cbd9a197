import { existsSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { badInput } from '../domain/errors.ts';
import { parseRadiation } from '../formats/radiation-names.ts';
import { type RecordedFile, type RecordedScan, readRecordedFile } from '../formats/registry.ts';
import { chooseWriter, type FormatWriter } from '../formats/writers.ts';
import type { CommandPlugin, Outcome } from './command.ts';
import { wholeNumber } from './option-values.ts';
import { chooseScan, readBytes } from './read-pattern.ts';

export interface ConvertOptions {
  readonly scan?: string;
  readonly to?: string;
  readonly radiation?: string;
  readonly force?: boolean;
}

export const convertCommand: CommandPlugin = {
  name: 'convert',
  register(program, execute) {
    program
      .command('convert')
      .description('write a recorded pattern in another format, and say what is lost')
      .argument('<in>', 'a recorded pattern of any format that is read')
      .argument('<out>', 'the file to write; its ending names the format')
      .option('--scan <n>', 'which scan, counted from 0, or all; all is customary where the format holds several')
      .option('--to <format>', 'the format to write, where the ending does not name it')
      .option('--radiation <name>', 'CuKa12, CuKa1, ... or wavelengths in angstrom; goes before what the file says')
      .option('--force', 'replace the file if it is there')
      .action((from: string, to: string, options: ConvertOptions) => execute('convert', async () => convertFile(from, to, options)));
  },
};

/** Throws badInput: unreadable or unwritable file, unknown format, a scan that is not there, or a format that cannot hold the scans. */
export async function convertFile(from: string, to: string, options: ConvertOptions): Promise<Outcome> {
  const writer = chooseWriter(to, options.to ?? null);
  if (existsSync(to)) {
    if (existsSync(from) && realpathSync(from) === realpathSync(to))
      throw badInput(to, 'a recording is not replaced by its own conversion', 'give another name to write to');
    if (!options.force) throw badInput(to, `the file ${to} is there already`, 'give another name, or --force to replace it');
  }
  const radiation = options.radiation === undefined ? null : parseRadiation(options.radiation);
  const recorded = await readRecordedFile(readBytes(from), from);
  const indices = scanIndices(recorded, from, writer, options.scan);
  const scans = indices.map((i) => withRadiation(recorded.scans[i]!, radiation));
  const { bytes, lost } = await writer.write(scans, to);
  writeWhole(to, bytes);
  const unnamed = scans.some((scan) => scan.radiation === null) ? ['no wavelength is known: --radiation would write one'] : [];
  const points = scans.reduce((sum, scan) => sum + scan.counts.length, 0);
  return {
    result: {
      input: { file: from, format: recorded.formatId, scans: recorded.scans.length },
      output: { file: to, format: writer.id, scanIndices: indices, points, bytes: bytes.length },
      lost,
    },
    text: [
      `${from} (${recorded.formatId}) -> ${to} (${writer.id}): ${scans.length} of ${recorded.scans.length} scans, ${points} points`,
      ...lost.map((sentence) => `lost: ${sentence}`),
      ...[...unnamed, ...recorded.warnings].map((sentence) => `note: ${sentence}`),
    ].join('\n'),
    warnings: [
      ...lost.map((message) => ({ code: 'lost', message })),
      ...unnamed.map((message) => ({ code: 'noWavelength', message })),
      ...recorded.warnings.map((message) => ({ code: 'file', message })),
    ],
  };
}

function scanIndices(recorded: RecordedFile, file: string, writer: FormatWriter, wanted: string | undefined): number[] {
  const everyScan = wanted === 'all' || (wanted === undefined && writer.holdsSeveral);
  if (!everyScan) return [chooseScan(recorded, file, wanted === undefined ? null : wholeNumber('--scan', wanted, 0))];
  if (recorded.scans.length > 1 && !writer.holdsSeveral)
    throw badInput(
      file,
      `${file} holds ${recorded.scans.length} scans, and ${writer.title} holds one`,
      'write one at a time with --scan 0, 1, ...',
    );
  return recorded.scans.map((_, i) => i);
}

function withRadiation(scan: RecordedScan, radiation: RecordedScan['radiation']): RecordedScan {
  return radiation === null ? scan : { ...scan, radiation };
}

/** The file appears whole or not at all. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const unfinished = `${file}.part`;
  try {
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw badInput(file, `the file ${file} cannot be written`, 'name a file in a folder that exists and may be written', error);
  }
}
