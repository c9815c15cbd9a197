import { z } from 'zod';
import { type AngleRange, intersect, unite, widthDeg } from '../src/domain/angle-range.ts';
import type { Decision, MeasureDecision, PlannedScan, RunGoal, RunView, Verdict } from '../src/domain/decision.ts';
import { claimed } from '../src/domain/identification.ts';
import type { Policy, PolicyObjection } from '../src/ports/policy.ts';
import { hidesBehindSure, vaguest } from './answer-figures.ts';
import { highestDeg, meanDwellS, measuredRanges, peakDwellS, reachable } from './coverage.ts';
import { acceptIfAnswered } from './goal-rules.ts';
import { acceptIfSure, giveUp, withinBudget } from './stop-rule.ts';

export const camDisagreementOptions = z.strictObject({
  fromDeg: z.number().default(10).describe('start of the first scan in degrees 2theta'),
  toDeg: z.number().default(60).describe('end of the first scan in degrees 2theta'),
  surveyStepDeg: z.number().positive().default(0.04).describe('step of the first scan and of extensions in degrees'),
  rescanStepDeg: z.number().positive().default(0.04).describe('step of rescans in degrees'),
  surveyDwellS: z.number().positive().default(1).describe('live time per point of the first scan in s'),
  growth: z.number().min(1).default(3).describe('a rescan counts this many times as long as the window was counted before'),
  dwellCapS: z.number().positive().default(120).describe('no window is counted longer than this per point in total, in s'),
  minWindowDeg: z.number().positive().default(5).describe('smallest window in degrees'),
  extendDeg: z.number().positive().default(10).describe('how far one extension goes in degrees'),
  maxShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe('windows covering more than this share of the range become one scan of all of it'),
  stop: z
    .enum(['setProbability', 'published'])
    .default('setProbability')
    .describe("published: every claimed phase above one half, for the question 'identify' only"),
});

type Options = z.infer<typeof camDisagreementOptions>;

/**
 * Goes back to the angles where the activation maps of rival phases disagree, counting them longer; extends the range where there is no
 * disagreement left to measure; repeats the whole range where the doubt has no place. The loop of Szymanski et al., npj Comput. Mater. 9, 31
 * (2023), on counts that add up.
 */
export function makeCamDisagreement(options: Options): Policy {
  return {
    id: 'cam-disagreement',
    decide(view: RunView): Decision {
      if (view.cycle === 0 || !view.identification) {
        const first = survey(view, options);
        return first ? withinBudget(view, first) : giveUp(view, 'futile');
      }
      const isPublished = options.stop === 'published' && view.goal.kind === 'identify';
      const accepted = isPublished ? acceptPublished(view) : acceptIfAnswered(view);
      if (accepted) return accepted;
      if (view.cycle >= view.goal.maxCycles) return giveUp(view, 'maxCycles');
      const plan =
        sharpen(view, options) ??
        rescan(view, options) ??
        extension(view, options) ??
        // Counting the same angles longer makes a sure double no less alike.
        (hidesBehindSure(view) ? null : repeat(view, options));
      return plan ? withinBudget(view, plan) : giveUp(view, 'futile');
    },
  };
}

/** The published stop knows one question only. */
export function publishedStopObjection({ stop }: Options, { kind }: Pick<RunGoal, 'kind'>): PolicyObjection | null {
  if (stop !== 'published' || kind === 'identify') return null;
  return { option: 'stop', message: `'published' answers the question 'identify' only, and the goal is '${kind}': leave it out` };
}

function acceptPublished(view: RunView): Verdict | null {
  const phases = view.identification ? claimed(view.identification) : [];
  if (phases.length === 0 || phases.some((phase) => phase.probability <= 0.5)) return null;
  const phaseIds = phases.map((phase) => phase.phaseId);
  return {
    kind: 'accept',
    reasonCode: 'goalMet',
    phaseIds,
    setProbability: view.identification?.setProbability ?? null,
    reason: 'every claimed phase is above one half (the published stop)',
  };
}

function survey(view: RunView, options: Options): MeasureDecision | null {
  const range = reachable(view, options);
  if (!range) return null;
  const because = 'first look, fast';
  return {
    kind: 'measure',
    reason: `Nothing is known yet: one fast scan of ${degrees(range)}.`,
    requests: [{ range, stepDeg: options.surveyStepDeg, dwellS: options.surveyDwellS, purpose: 'survey', because }],
  };
}

function rescan(view: RunView, options: Options): MeasureDecision | null {
  const measured = measuredRanges(view);
  const within = view.regions.flatMap((region) => {
    const range = reachable(view, region.range);
    return range ? [{ ...region, range }] : [];
  });
  const windows = within.filter(({ range }) =>
    measured.some((seen) => (intersect(range, seen) ? widthDeg(intersect(range, seen)!) : 0) > widthDeg(range) / 2),
  );
  const open = unite(windows.map(({ range }) => range)).filter((range) => peakDwellS(view, range) < options.dwellCapS * 0.99);
  if (open.length === 0) return null;
  const all: AngleRange = {
    fromDeg: Math.min(...measured.map((range) => range.fromDeg)),
    toDeg: Math.max(...measured.map((range) => range.toDeg)),
  };
  const wide = open.reduce((sum, range) => sum + widthDeg(range), 0);
  if (wide > options.maxShare * widthDeg(all)) return repeat(view, options);
  const rivalsIn = (range: AngleRange) => {
    const touched = windows.filter((window) => intersect(window.range, range));
    return [...new Set(touched.map(({ between }) => `${between[0]} and ${between[1]}`))].slice(0, 3).join('; ');
  };
  const requests = open.map(
    (range): PlannedScan => ({
      range,
      stepDeg: options.rescanStepDeg,
      dwellS: longer(view, range, options),
      purpose: 'rescan',
      because: `${rivalsIn(range)} are told apart here`,
    }),
  );
  const reason = `The evidence for ${rivalsIn(all)} disagrees at ${open.map(degrees).join(', ')}: count there longer.`;
  return { kind: 'measure', reason, requests };
}

function extension(view: RunView, options: Options): MeasureDecision | null {
  const reached = highestDeg(view) ?? options.fromDeg;
  const ceilingDeg = Math.min(view.goal.ceilingDeg, view.limits.toDeg);
  if (ceilingDeg - reached < 1) return null;
  const range = { fromDeg: reached, toDeg: Math.min(ceilingDeg, reached + options.extendDeg) };
  const dwellS = Math.max(options.surveyDwellS, meanDwellS(view, { fromDeg: reached - options.extendDeg, toDeg: reached }));
  const stepDeg = dwellS > options.surveyDwellS ? options.rescanStepDeg : options.surveyStepDeg;
  const because = 'no disagreement is left below, so look further';
  return {
    kind: 'measure',
    reason: `No measured angle separates the rivals: extend to ${range.toDeg.toFixed(1)} deg.`,
    requests: [{ range, stepDeg, dwellS: Math.min(dwellS, options.dwellCapS), purpose: 'extend', because }],
  };
}

/** Where the phases are sure and their fractions are not, every line counts: the whole range, as long as the error asks for. */
function sharpen(view: RunView, options: Options): MeasureDecision | null {
  const { goal, identification } = view;
  if (goal.kind !== 'quantify' || !identification || !acceptIfSure(view)) return null;
  const vague = vaguest(identification);
  if (!vague || !Number.isFinite(vague.sigma)) return null;
  // Errors fall with the square root of the time: what was counted so far is there already.
  const more = (vague.sigma / goal.sigmaWeightFraction) ** 2 - 1;
  const growth = Math.min(options.growth, Math.max(0.2, 1.1 * more));
  return repeat(view, { ...options, growth }, [
    `The phases are sure; the fraction of ${vague.phaseId} is counted to ${(100 * vague.sigma).toFixed(2)} % only: count all of it longer.`,
    `for the fraction of ${vague.phaseId}, to which every line counts`,
  ]);
}

const SPREAD_DOUBT = ['The doubt is spread over the whole pattern: count all of it longer.', 'the doubt has no single place'] as const;

function repeat(
  view: RunView,
  options: Options,
  [reason, because]: readonly [reason: string, because: string] = SPREAD_DOUBT,
): MeasureDecision | null {
  const measured = measuredRanges(view).flatMap((range) => reachable(view, range) ?? []);
  const ranges = measured.filter((range) => peakDwellS(view, range) < options.dwellCapS * 0.99);
  if (ranges.length === 0) return null;
  const requests = ranges.map(
    (range): PlannedScan => ({ range, stepDeg: options.rescanStepDeg, dwellS: longer(view, range, options), purpose: 'rescan', because }),
  );
  return { kind: 'measure', reason, requests };
}

function longer(view: RunView, range: AngleRange, options: Options): number {
  const before = meanDwellS(view, range);
  return Math.max(1e-3, Math.min(before * options.growth, options.dwellCapS - peakDwellS(view, range)));
}

function degrees(range: AngleRange): string {
  return `${range.fromDeg.toFixed(1)}-${range.toDeg.toFixed(1)} deg`;
}
