import type { FittedCurves } from '../domain/fitted-curves.ts';
import type { InstrumentCalibration, InstrumentParameterName } from '../domain/instrument-calibration.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Curve } from './curve-path.ts';
import { factList, patternFacts } from './fact-list.ts';
import { hoverScript } from './hover-script.ts';
import { patternSection } from './html-report.ts';
import { type Markup, markup } from './markup.ts';
import { keyFigures, page, section } from './page.ts';
import { angleAxis, stackPanels } from './panel.ts';
import { patternRange } from './pattern-figure.ts';
import { phaseColours } from './phase-colours.ts';
import { dateText, degText, numberText, percentText, rangeText } from './quantity-text.ts';
import { offsetPanel, widthPanel } from './width-panels.ts';

export interface CalibrateReportInput {
  readonly pattern: Pattern;
  readonly calibration: InstrumentCalibration;
  readonly curves: FittedCurves;
  /** Instrumental FWHM in degrees against 2theta. */
  readonly widthCurve: Curve;
  readonly warnings: readonly string[];
  readonly version: string;
  readonly generatedAtMs: number;
}

const MEANINGS: Readonly<Record<InstrumentParameterName, string>> = {
  uDeg2: 'U of the Gaussian width, deg²',
  vDeg2: 'V of the Gaussian width, deg²',
  wDeg2: 'W of the Gaussian width, deg²',
  xDeg: 'X of the Lorentzian width, degrees (by tan θ)',
  yDeg: 'Y of the Lorentzian width, degrees (by 1/cos θ)',
  axial: 'axial divergence, half height over radius',
  zeroDeg: 'zero of the angle scale, degrees',
  displacementMm: 'displacement of the standard, mm',
  kAlpha2Weight: 'Kα2 over Kα1',
  kBetaWeight: 'Kβ over Kα1',
  tungstenWeight: 'W Lα1 over Kα1',
  polarisationK: 'polarisation factor K of the monochromator',
};

/** The report of one calibration as one self-contained HTML file. */
export function calibrateReport(input: CalibrateReportInput): string {
  const { pattern, calibration, curves, warnings } = input;
  const { instrumentId, standard, goodness, lines, scan, validRange } = calibration;
  const title = `Instrument ${instrumentId}`;
  const colours = phaseColours([standard.phaseId]);
  const range = patternRange(pattern);
  const axis = range && angleAxis(range, 'wide');
  const offsDeg = lines.map(({ offDeg }) => Math.abs(offDeg));
  return page(`${title} – ${standard.id}`, [
    markup`<header><h1>${title}</h1><p class="summary">As a scan of ${standard.id} shows it: ${lines.length} lines, ${rangeText(validRange)}.</p>${warnings.map((warning) => markup`<p class="doubt">${warning}</p>`)}${keyFigures(
      [
        [percentText(goodness.rWeighted), `weighted residual; ${percentText(goodness.rExpected)} from counting alone`],
        [numberText(goodness.reducedChiSquare), 'reduced chi-square'],
        [degText(Math.max(0, ...offsDeg)), 'largest error of a position'],
        [percentText(goodness.unexplained), 'of the net intensity unexplained'],
      ],
    )}</header>`,
    section('Scan and fit', patternSection({ pattern, curves, visits: [], regions: [], maps: [], phaseIds: [standard.phaseId], colours })),
    axis &&
      section(
        'Line by line',
        markup`<figure class="wide">${stackPanels(axis, [widthPanel(lines, input.widthCurve), offsetPanel(lines)], () => null, 'Widths and positions of the lines')}</figure>`,
        lineTable(calibration),
      ),
    section('Parameters', parameterTable(calibration)),
    section(
      'This calibration',
      factList([
        ['standard', `${standard.id}, a ${standard.aA} Å, c ${standard.cA} Å`],
        ['certified', standard.citation],
        ['scan', scan.name],
        ['scan, SHA-256', markup`<code>${scan.sha256}</code>`],
        ...patternFacts(pattern),
      ]),
    ),
    markup`<footer>Ewald ${input.version}, ${dateText(input.generatedAtMs)}.</footer>`,
    hoverScript(pattern),
  ]);
}

function parameterTable({ parameters }: InstrumentCalibration): Markup {
  return markup`<div class="scroll"><table><thead><tr><th>parameter</th><th class="n">value</th><th class="n">standard error</th><th></th></tr></thead><tbody>${parameters.map(
    ({ name, value, sigma, notDetermined }) =>
      markup`<tr class="${sigma === null ? 'other' : ''}"><td>${MEANINGS[name]}</td><td class="n">${numberText(value, 4)}</td><td class="n">${numberText(sigma, 2)}</td><td>${notDetermined}</td></tr>`,
  )}</tbody></table></div><p class="hint">Rows in grey are not told by this scan and stand at what is usual.</p>`;
}

function lineTable({ lines }: InstrumentCalibration): Markup {
  return markup`<details><summary>The ${lines.length} lines as numbers</summary><div class="scroll"><table><thead><tr><th>line</th><th class="n">2θ</th><th class="n">off</th><th class="n">FWHM</th><th class="n">curve</th></tr></thead><tbody>${lines.map(
    ({ h, k, l, twoThetaDeg, offDeg, offSigmaDeg, fwhmDeg, fwhmSigmaDeg, curveFwhmDeg }) =>
      markup`<tr><td>${h} ${k} ${l}</td><td class="n">${degText(twoThetaDeg)}</td><td class="n">${offDeg.toFixed(4)} ± ${offSigmaDeg.toFixed(4)}</td><td class="n">${fwhmDeg.toFixed(4)} ± ${fwhmSigmaDeg.toFixed(4)}</td><td class="n">${curveFwhmDeg.toFixed(4)}</td></tr>`,
  )}</tbody></table></div></details>`;
}
