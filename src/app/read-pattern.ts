import { readFileSync } from 'node:fs';
import { badInput } from '../domain/errors.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Radiation } from '../domain/radiation.ts';
import { type RecordedFile, type RecordedScan, readRecordedFile } from '../formats/registry.ts';
import { patternOf } from '../formats/to-pattern.ts';

export interface PatternSource {
  /** Which scan of the file, from 0; null where the file should hold one. */
  readonly scanIndex: number | null;
  /** What the user says; goes before what the file says. */
  readonly radiation: Radiation | null;
  /** Stands where neither the user nor the file names the radiation. */
  readonly fallbackRadiation?: Radiation | null;
}

export interface ReadPattern {
  readonly pattern: Pattern;
  readonly scanIndex: number;
  readonly warnings: readonly string[];
}

/** Reads one pattern from a measured file. Rejects with badInput: missing or unreadable file, several scans, unknown wavelength. */
export async function readPattern(file: string, source: PatternSource): Promise<ReadPattern> {
  const recorded = await readRecordedFile(readBytes(file), file);
  const scanIndex = chooseScan(recorded, file, source.scanIndex);
  const scan = recorded.scans[scanIndex]!;
  const radiation = source.radiation ?? scan.radiation ?? source.fallbackRadiation ?? null;
  return { pattern: patternOf(scan, { radiation, fileName: file }), scanIndex, warnings: recorded.warnings };
}

/** The bytes of a file the user named. Throws badInput. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw badInput(file, `there is no file ${file}`, 'check the name and the folder', error);
    if (code === 'EISDIR') throw badInput(file, `${file} is a folder`, 'name a file in it', error);
    throw badInput(file, `the file ${file} cannot be read`, 'check its permissions', error);
  }
}

/** Index of the wanted scan; null is fine where the file holds one. Throws badInput that names the scans there are. */
export function chooseScan({ scans }: RecordedFile, file: string, wanted: number | null): number {
  const choices = scans.map((scan, i) => `--scan ${i} (${describe(scan)})`).join(', ');
  if (wanted === null) {
    if (scans.length === 1) return 0;
    throw badInput(file, `${file} holds ${scans.length} scans`, `choose one: ${choices}`);
  }
  if (!Number.isInteger(wanted) || !scans[wanted])
    throw badInput(file, `${file} has no scan ${wanted}: it holds ${scans.length}, counted from 0`, `choose one: ${choices}`);
  return wanted;
}

function describe({ twoThetaDeg }: RecordedScan): string {
  return `${twoThetaDeg[0]?.toFixed(2)} to ${twoThetaDeg.at(-1)?.toFixed(2)} degrees, ${twoThetaDeg.length} points`;
}
