import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { instrumentFileText } from '../../models/references/instrument-file.ts';
import { type CertifiedCell, loadStandard, type Standard, standardNames } from '../../models/references/standards.ts';
import { calibrateInstrument, type MeasuredInstrument } from '../analysis/calibration/calibrate-instrument.ts';
import { driftWarnings } from '../analysis/calibration/compare-calibrations.ts';
import { badInput } from '../domain/errors.ts';
import type { FittedCurves } from '../domain/fitted-curves.ts';
import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import type { Pattern } from '../domain/pattern.ts';
import { parseRadiation } from '../formats/radiation-names.ts';
import { calibrateText } from './calibrate-text.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { describeInput } from './describe-input.ts';
import { positive, wholeNumber } from './option-values.ts';
import { readInstrument, USUAL_AGE_DAYS } from './read-instrument.ts';
import { readBytes, readPattern } from './read-pattern.ts';
import { writeNamedFile } from './write-named-file.ts';

/** Draws the self-contained HTML page of one calibration. */
export type CalibrateReport = (input: {
  readonly pattern: Pattern;
  readonly calibration: InstrumentCalibration;
  readonly curves: FittedCurves;
  readonly warnings: readonly string[];
  readonly generatedAtMs: number;
}) => string;

export interface CalibrateOptions {
  readonly standard?: string;
  readonly certified?: string;
  readonly instrumentId: string;
  readonly radiation?: string;
  readonly scan?: string;
  readonly monochromator?: string;
  readonly radius: string;
  readonly out?: string;
  readonly report?: string;
  readonly compare?: string;
  readonly maxAge: string;
}

/** Alumina standards are milled finer than a micrometre, and other corundum may be anything. */
const BROADENED = {
  code: 'standardBroadened',
  message:
    'the crystallites of corundum broaden its lines: the widths are those of instrument and powder together; Si or LaB6 tell them better',
};

export function makeCalibrateCommand(drawReport: CalibrateReport): CommandPlugin {
  return {
    name: 'calibrate',
    register(program, execute) {
      program
        .command('calibrate')
        .description('fit the scan of a standard and write an instrument file')
        .argument('<file>', 'a recorded scan of the standard')
        .option('--standard <name>', standardNames.join(', '))
        .option('--certified <cell>', 'another certified cell, as a=5.43123 or a=4.7594,c=12.9923, in angstrom')
        .option('--instrument-id <id>', 'name of the instrument', 'instrument')
        .option('--radiation <name>', 'CuKa12, CuKa1, ... or wavelengths in angstrom; goes before what the file says')
        .option('--scan <n>', 'which scan of a file that holds several, counted from 0')
        .option('--monochromator <deg>', 'its angle 2theta in degrees, or none; without it the intensities may tell')
        .option('--radius <mm>', 'radius of the goniometer, in mm; the displacement is in proportion to it', '200')
        .option('--out <file>', 'write the instrument file: YAML, or JSON where the name ends in .json')
        .option('--report <file>', 'write a self-contained HTML page')
        .option('--compare <file>', 'an older instrument file; what has changed is told')
        .option('--max-age <days>', 'an older --compare file is told of', String(USUAL_AGE_DAYS))
        .action((file: string, options: CalibrateOptions) =>
          execute('calibrate', (environment) => calibrateFile(file, options, environment, drawReport)),
        );
    },
  };
}

/** Throws badInput for the file and the options, and where the scan is not of the standard. */
export async function calibrateFile(
  file: string,
  options: CalibrateOptions,
  { runtime }: Pick<Environment, 'runtime'>,
  drawReport: CalibrateReport,
): Promise<Outcome> {
  if (options.standard === undefined)
    throw badInput('--standard', 'the standard is not named', `add --standard, one of: ${standardNames.join(', ')}`);
  const standard = loadStandard(options.standard, options.certified === undefined ? null : parseCertified(options.certified));
  const radiusMm = positive('--radius', options.radius);
  const maxAgeDays = positive('--max-age', options.maxAge);
  const monochromatorTwoThetaDeg = parseMonochromator(options.monochromator);
  const nowMs = runtime.clock.nowMs();
  const older = options.compare === undefined ? null : readInstrument(options.compare, nowMs, maxAgeDays);
  const read = await readPattern(file, {
    scanIndex: options.scan === undefined ? null : wholeNumber('--scan', options.scan, 0),
    radiation: options.radiation === undefined ? null : parseRadiation(options.radiation),
  });
  const { pattern } = read;
  const measured = calibrateInstrument({ pattern, standard, radiusMm, monochromatorTwoThetaDeg });
  const calibration = calibrationOf(measured, standard, {
    instrumentId: options.instrumentId,
    calibratedAt: new Date(nowMs).toISOString(),
    scan: { name: basename(file), sha256: createHash('sha256').update(readBytes(file)).digest('hex'), points: pattern.counts.length },
  });
  const drift = older ? driftWarnings(older.calibration, calibration) : [];
  const warnings = [
    ...read.warnings.map((message) => ({ code: 'file', message })),
    ...(pattern.unit === 'arbitrary'
      ? [{ code: 'noCounts', message: 'the intensities are not counts: errors rest on an estimate of the noise' }]
      : []),
    ...(standard.structure.formula === 'Al2O3' ? [BROADENED] : []),
    ...(older?.warnings ?? []),
    ...drift,
  ];
  if (options.out !== undefined) writeNamedFile('--out', options.out, instrumentFileText(calibration, options.out));
  if (options.report !== undefined) {
    const page = { pattern, calibration, curves: measured.curves, warnings: warnings.map(({ message }) => message), generatedAtMs: nowMs };
    writeNamedFile('--report', options.report, drawReport(page));
  }
  return {
    result: {
      input: describeInput(file, read.scanIndex, pattern),
      instrument: calibration,
      drift: older ? drift : null,
      instrumentFile: options.out ?? null,
      reportFile: options.report ?? null,
    },
    text: calibrateText(calibration),
    simulated: false,
    warnings,
  };
}

function calibrationOf(
  { curves: _, ...measured }: MeasuredInstrument,
  { id, phaseId, aA, cA, citation }: Standard,
  head: Pick<InstrumentCalibration, 'instrumentId' | 'calibratedAt' | 'scan'>,
): InstrumentCalibration {
  return { ...head, standard: { id, phaseId, aA, cA, citation }, ...measured };
}

function parseCertified(text: string): CertifiedCell {
  const found = new Map<string, number>();
  for (const part of text.split(',')) {
    const match = /^\s*([ac])\s*=\s*(\d+(?:\.\d+)?)\s*$/i.exec(part);
    if (match) found.set(match[1]!.toLowerCase(), Number(match[2]));
    else
      throw badInput('--certified', `'${part.trim()}' is no lattice constant`, 'write it as a=5.43123, or a=4.7594,c=12.9923, in angstrom');
  }
  const [aA, cA] = [found.get('a'), found.get('c')];
  if (aA === undefined) throw badInput('--certified', 'the lattice constant a is missing', 'write it as a=5.43123, in angstrom');
  return cA === undefined ? { aA } : { aA, cA };
}

/** Degrees, null for none, undefined where nothing is said. */
function parseMonochromator(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return null;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 120) return value;
  throw badInput(
    '--monochromator',
    `--monochromator ${text} is no angle`,
    'give its 2theta in degrees, such as 26.6 for graphite and Cu, or none',
  );
}
