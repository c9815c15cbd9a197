import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { badInput } from '../../src/domain/errors.ts';
import type { InstrumentCalibration } from '../../src/domain/instrument-calibration.ts';

/** The version of instrument files that this program writes. */
export const INSTRUMENT_SCHEMA = 'ewald/instrument/1';

const finite = z.number();
const deg = z.number().min(-180).max(180);
const share = z.number().min(0).max(1);
const range = z.strictObject({ fromDeg: deg, toDeg: deg }).refine(({ fromDeg, toDeg }) => toDeg > fromDeg, 'ends before it begins');

const parameterSchema = z.strictObject({
  name: z.enum([
    'uDeg2',
    'vDeg2',
    'wDeg2',
    'xDeg',
    'yDeg',
    'axial',
    'zeroDeg',
    'displacementMm',
    'kAlpha2Weight',
    'kBetaWeight',
    'tungstenWeight',
    'polarisationK',
  ]),
  value: finite,
  sigma: z.number().nonnegative().nullable().describe('standard error; null where the scan does not tell the parameter'),
  notDetermined: z.string().nullable().describe('why the parameter stands at its default; null where the scan tells it'),
});

const lineSchema = z.strictObject({
  h: z.int(),
  k: z.int(),
  l: z.int(),
  twoThetaDeg: deg,
  offDeg: finite.describe('measured minus fitted position'),
  offSigmaDeg: finite,
  fwhmDeg: finite.describe('measured full width at half maximum, axial asymmetry apart'),
  fwhmSigmaDeg: finite,
  curveFwhmDeg: finite.describe('the same on the fitted curve'),
});

/** The one schema of instrument files. */
export const instrumentSchema = z.strictObject({
  schema: z.literal(INSTRUMENT_SCHEMA),
  instrumentId: z.string().min(1),
  calibratedAt: z.iso.datetime(),
  standard: z.strictObject({
    id: z.string().min(1).describe('lot of the standard'),
    phaseId: z.string().min(1),
    aA: z.number().positive().describe('certified lattice constants in angstrom'),
    cA: z.number().positive(),
    citation: z.string(),
  }),
  scan: z.strictObject({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), points: z.int().positive() }),
  validRange: range.describe('where lines of the standard were seen, degrees 2theta'),
  radiation: z.strictObject({
    anode: z.string().nullable(),
    lines: z.array(z.strictObject({ wavelengthA: z.number().min(0.05).max(5), weight: z.number().positive() })).min(1),
  }),
  optics: z.strictObject({
    uDeg2: finite.describe('Gaussian FWHM^2 = U tan^2(theta) + V tan(theta) + W'),
    vDeg2: finite,
    wDeg2: finite,
    xDeg: z.number().nonnegative().describe('Lorentzian FWHM = X tan(theta) + Y / cos(theta)'),
    yDeg: z.number().nonnegative(),
    axial: z.number().min(0).max(0.2).describe('half height of sample and slit over the radius'),
    radiusMm: z.number().positive(),
    monochromatorTwoThetaDeg: deg.nullable(),
  }),
  shift: z.strictObject({ zeroDeg: finite, displacementMm: finite.describe('of the standard while it was measured') }),
  background: z.strictObject({
    coefficients: z.array(finite).min(1).max(20).describe('Chebyshev coefficients, in heights of the strongest line'),
    air: finite.describe('what falls with 1/2theta, at 10 degrees, in heights of the strongest line'),
    fromDeg: deg,
    toDeg: deg,
  }),
  parameters: z.array(parameterSchema),
  goodness: z.strictObject({
    rWeighted: z.number().nonnegative(),
    rExpected: z.number().nonnegative(),
    reducedChiSquare: z.number().nonnegative(),
    unexplained: share.describe('share of the net intensity that the fit leaves beyond the noise'),
  }),
  lines: z.array(lineSchema),
});

/** Reads an instrument file, YAML or JSON. Throws badInput naming what is wrong. */
export function parseInstrumentFile(text: string, file: string): InstrumentCalibration {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw badInput(file, `${file} is neither YAML nor JSON`, 'name a file that ewald calibrate has written', error);
  }
  const version = raw !== null && typeof raw === 'object' && 'schema' in raw ? raw.schema : null;
  if (version !== INSTRUMENT_SCHEMA)
    throw badInput(file, `${file} is no instrument file of version ${INSTRUMENT_SCHEMA}`, 'name a file that ewald calibrate has written');
  const parsed = instrumentSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const place = issue.path.join('.') || 'its top level';
    throw badInput(
      file,
      `${file} is wrong at ${place}: ${issue.message}`,
      'write it anew with: ewald calibrate SCAN --standard NAME --out FILE',
    );
  }
  const { schema: _, ...calibration } = parsed.data;
  return calibration;
}

/** The text of an instrument file: JSON where the name ends so, else YAML. */
export function instrumentFileText(calibration: InstrumentCalibration, file: string): string {
  const content = { schema: INSTRUMENT_SCHEMA, ...calibration };
  return file.toLowerCase().endsWith('.json') ? `${JSON.stringify(content, null, 2)}\n` : stringify(content, { lineWidth: 0 });
}
