import type { CalibratedParameter, InstrumentCalibration } from '../domain/instrument-calibration.ts';
import { plainText } from '../report/plain-text.ts';
import { percent } from './percent.ts';
import { textTable } from './text-table.ts';

/** What a person reads: every parameter with its error, how well the fit went, and how lines stand against it. */
export function calibrateText(calibration: InstrumentCalibration): string {
  const { instrumentId, standard, scan, validRange, goodness, lines, parameters } = calibration;
  const offsDeg = lines.map(({ offDeg }) => Math.abs(offDeg));
  const widths = lines.map(({ fwhmDeg, curveFwhmDeg }) => Math.abs(fwhmDeg / curveFwhmDeg - 1));
  return [
    `${instrumentId}: ${standard.id} in ${scan.name}, ${lines.length} lines from ${validRange.fromDeg.toFixed(1)} to ${validRange.toDeg.toFixed(1)} degrees`,
    textTable(['parameter', 'value', 'error', 'remark'], parameters.map(row)),
    `fit: Rwp ${percent(goodness.rWeighted)} (counting alone ${percent(goodness.rExpected)}), reduced chi-square ${goodness.reducedChiSquare.toFixed(2)}, ${percent(goodness.unexplained)} of the net intensity unexplained`,
    `lines against the fit: positions off by ${mean(offsDeg).toFixed(4)} degrees on average, ${Math.max(...offsDeg).toFixed(4)} at most; widths by ${percent(mean(widths))}, ${percent(Math.max(...widths))} at most`,
  ]
    .flatMap((line) => line.split('\n'))
    .map(plainText)
    .join('\n');
}

function row({ name, value, sigma, notDetermined }: CalibratedParameter): string[] {
  if (sigma === null) return [name, String(Number(value.toPrecision(4))), '-', notDetermined ?? ''];
  const digits = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(Math.max(sigma, 1e-6)))));
  return [name, value.toFixed(digits), sigma.toFixed(digits), ''];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
