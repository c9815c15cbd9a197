import type { AngleRange } from '../domain/angle-range.ts';
import type { FittedCurves } from '../domain/fitted-curves.ts';
import type { ActivationMap, DisagreementRegion } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import { disputedBands, disputedNumbers, evidencePanel } from './evidence-panel.ts';
import { residualPanel, tickPanel } from './fit-panels.ts';
import { intensityPanel } from './intensity-panel.ts';
import type { Markup } from './markup.ts';
import { angleAxis, stackPanels } from './panel.ts';
import { type PhaseColours, SHOWN_PHASES } from './phase-colours.ts';
import { type Visit, visitPanel } from './visit-panel.ts';

/** One pattern and what is known about it; every part but the pattern may be empty. */
export interface PatternFigureInput {
  readonly pattern: Pattern;
  readonly curves: FittedCurves | null;
  readonly visits: readonly Visit[];
  readonly regions: readonly DisagreementRegion[];
  readonly maps: readonly ActivationMap[];
  readonly phaseIds: readonly string[];
  readonly colours: PhaseColours;
}

/** The measured range, or null for a pattern without points. */
export function patternRange(pattern: Pattern): AngleRange | null {
  const fromDeg = pattern.twoThetaDeg[0];
  const toDeg = pattern.twoThetaDeg.at(-1);
  return fromDeg === undefined || toDeg === undefined || !(toDeg > fromDeg) ? null : { fromDeg, toDeg };
}

/** Visits, pattern and fit, lines of each phase, residual and evidence over one axis of 2theta: `wide` for the whole, `narrow` for a close-up. */
export function patternFigure(input: PatternFigureInput, range: AngleRange, size: 'wide' | 'narrow'): Markup {
  const { curves, colours, visits, regions } = input;
  const axis = angleAxis(range, size);
  const rows = curves?.phases.slice(0, SHOWN_PHASES) ?? [];
  const panels = [
    size === 'wide' ? disputedNumbers(regions, axis) : null,
    size === 'wide' && visits.length > 0 ? visitPanel(visits) : null,
    intensityPanel(input, size === 'wide' ? 340 : 200),
    rows.length > 0 ? tickPanel(rows, colours) : null,
    curves ? residualPanel(curves) : null,
    evidencePanel(
      input.maps,
      input.phaseIds,
      colours,
      rows.map((row) => row.phaseId),
    ),
  ].filter((panel) => panel !== null);
  const label = `Diffraction pattern from ${range.fromDeg} to ${range.toDeg} degrees 2theta`;
  return stackPanels(axis, panels, (bottomPx) => disputedBands(axis, regions, bottomPx), label);
}
