import type { RunView } from '../domain/decision.ts';
import type { Identification } from '../domain/identification.ts';
import { px } from './curve-path.ts';
import { type Markup, markup } from './markup.ts';
import { type PhaseColours, SHOWN_PHASES } from './phase-colours.ts';
import { phaseText } from './phase-text.ts';
import { linearScale, timeTicks } from './plot-scale.ts';
import { durationText, probabilityText } from './quantity-text.ts';

/** One identification and the instrument time that had been spent for it, in s. */
export interface Moment {
  readonly spentS: number;
  readonly cycle: number;
  readonly identification: Identification;
}

/** The identifications that the run went through, each once. `last` is added where no decision has seen it yet. */
export function momentsOf(views: readonly RunView[], last: Moment | null): Moment[] {
  const seen = views.flatMap(({ identification, spentS, cycle }) => (identification ? [{ identification, spentS, cycle }] : []));
  const all = last ? [...seen, last] : seen;
  const ids = all.map((moment) => moment.identification.identificationId);
  return all.filter((_, i) => ids.indexOf(ids[i]!) === i).sort((a, b) => a.spentS - b.spentS);
}

const FRAME = { leftPx: 64, rightPx: 996, topPx: 10, bottomPx: 250, widthPx: 1160, heightPx: 292 };
const LABEL_PX = 16;

/** Probability of each phase, and of the whole set, against instrument time. Null where nothing was identified. */
export function probabilityFigure(
  moments: readonly Moment[],
  phaseIds: readonly string[],
  colours: PhaseColours,
  confidence: number,
): Markup | null {
  if (moments.length === 0) return null;
  const endS = moments.at(-1)!.spentS || 1;
  const x = linearScale(0, endS, FRAME.leftPx, FRAME.rightPx);
  const y = linearScale(0, 1, FRAME.bottomPx, FRAME.topPx);
  const lines = shownPhases(moments, phaseIds).map((phaseId) => ({
    name: phaseText(phaseId),
    style: `course ${colours(phaseId)}`,
    values: moments.map(({ identification }) => identification.candidates.find((c) => c.phaseId === phaseId)?.probability ?? 0),
  }));
  const all = [...lines, { name: 'set exactly right', style: 'course whole', values: moments.map((m) => m.identification.setProbability) }];
  const ends = spread(all.map(({ values }) => y(values.at(-1)!)));
  const drawn = all.map(({ name, style, values }, line) => {
    const points = values.map((value, i) => `${px(x(moments[i]!.spentS))} ${px(y(value))}`);
    const dots = values.map(
      (value, i) =>
        markup`<circle cx="${x(moments[i]!.spentS)}" cy="${y(value)}" r="3.2"><title>${name}: ${probabilityText(value)} after cycle ${moments[i]!.cycle}, ${durationText(moments[i]!.spentS)}</title></circle>`,
    );
    return markup`<g class="${style}"><path d="M${points.join('L')}"/>${dots}<path class="leader" d="M${px(FRAME.rightPx + 4)} ${px(y(values.at(-1)!))}L${px(FRAME.rightPx + 14)} ${px(ends[line]!)}"/><text class="label" x="${FRAME.rightPx + 18}" y="${ends[line]! + 4}">${name}</text></g>`;
  });
  return markup`<svg viewBox="0 0 ${FRAME.widthPx} ${FRAME.heightPx}" role="img" aria-label="Probability of each phase against instrument time">
<rect class="frame" x="${FRAME.leftPx}" y="${FRAME.topPx}" width="${FRAME.rightPx - FRAME.leftPx}" height="${FRAME.bottomPx - FRAME.topPx}"/>
${[0, 0.25, 0.5, 0.75, 1].map((value) => markup`<line class="grid" x1="${FRAME.leftPx}" x2="${FRAME.rightPx}" y1="${y(value)}" y2="${y(value)}"/><text class="number" x="${FRAME.leftPx - 7}" y="${y(value) + 3.5}" text-anchor="end">${String(value)}</text>`)}
<line class="goal" x1="${FRAME.leftPx}" x2="${FRAME.rightPx}" y1="${y(confidence)}" y2="${y(confidence)}"><title>confidence asked for: ${probabilityText(confidence)}</title></line>
${timeTicks(endS, 10).map((atS) => markup`<line class="tick" x1="${x(atS)}" x2="${x(atS)}" y1="${FRAME.bottomPx}" y2="${FRAME.bottomPx + 5}"/><text class="number" x="${x(atS)}" y="${FRAME.bottomPx + 18}" text-anchor="middle">${shortTime(atS)}</text>`)}
<text class="axis" x="${(FRAME.leftPx + FRAME.rightPx) / 2}" y="${FRAME.bottomPx + 37}" text-anchor="middle">instrument time</text>
<text class="axis" x="13" y="130" text-anchor="middle" transform="rotate(-90 13 130)">probability</text>
${drawn}</svg>`;
}

/** Those of interest now, and any that once seemed at least as likely as not. */
function shownPhases(moments: readonly Moment[], phaseIds: readonly string[]): string[] {
  const once = moments.flatMap(({ identification }) => identification.candidates.filter((c) => c.probability >= 0.5).map((c) => c.phaseId));
  return [...new Set([...phaseIds, ...once])].slice(0, SHOWN_PHASES);
}

/** Positions of labels, moved apart as little as keeps them legible. */
export function spread(wantedPx: readonly number[]): number[] {
  const order = wantedPx.map((_, i) => i).sort((a, b) => wantedPx[a]! - wantedPx[b]!);
  const placed = [...wantedPx];
  for (let round = 0; round < 40; round++) {
    order.slice(1).forEach((i, k) => {
      const above = order[k]!;
      const overlap = LABEL_PX - (placed[i]! - placed[above]!);
      if (overlap <= 0) return;
      placed[above]! -= overlap / 2;
      placed[i]! += overlap / 2;
    });
    const lift = Math.max(0, FRAME.topPx - placed[order[0]!]!);
    if (lift > 0) placed[order[0]!]! += lift;
  }
  return placed;
}

function shortTime(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return seconds % 60 === 0 ? `${seconds / 60} min` : durationText(seconds);
  const hours = seconds / 3600;
  return Number.isInteger(hours) ? `${hours} h` : `${Math.floor(hours)} h ${Math.round((seconds % 3600) / 60)}`;
}
