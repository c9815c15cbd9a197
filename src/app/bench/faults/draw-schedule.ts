import { parse, stringify } from 'yaml';
import { faults } from '../../../../simulators/faults/registry.ts';
import { readFaultSchedule } from '../../../../simulators/faults/schedule.ts';
import type { RandomSource } from '../../../ports/runtime.ts';
import { Draw } from './draw.ts';
import { dishOf } from './menu.ts';

export interface DrawnFault {
  readonly fault: string;
  /** Instrument seconds since the instrument was switched on. */
  readonly atS?: number;
  readonly atPoint?: number;
  readonly scan?: number;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface DrawnSchedule {
  /** `SEED.REDRAW`: what --only takes. */
  readonly name: string;
  readonly faults: readonly DrawnFault[];
  /** For `ewald simulate --faults`. */
  readonly yaml: string;
}

/** What may be drawn for one wire. */
export interface Stage {
  readonly as: string;
  /** Faults that can occur on this wire. */
  readonly faults: readonly string[];
  /** What a run of two scans without faults lasts, and the points of a scan (of a frame, where frames count as scans). */
  readonly spanS: number;
  readonly points: number;
  readonly scans: number;
}

/** One to three faults with their times and options; a pure function of the stage, the seed and the redraw. */
export function drawSchedule(stage: Stage, seed: number, redraw: number, random: RandomSource): DrawnSchedule {
  const draw = new Draw(random.fork(`${stage.as}/${seed}/${redraw}`));
  const count = draw.pick([1, 1, 2, 2, 3]);
  const drawn = Array.from({ length: count }, () => drawFault(stage, draw));
  return { name: `${seed}.${redraw}`, faults: drawn, yaml: stringify(drawn) };
}

/** A schedule that somebody wrote. Fails with 'badInput' naming the entry. */
export function writtenSchedule(name: string, yaml: string): DrawnSchedule {
  readFaultSchedule(yaml, name);
  const entries = (parse(yaml) ?? []) as Partial<DrawnFault>[];
  return { name, faults: entries.map((entry) => ({ fault: '', options: {}, ...entry })), yaml };
}

function drawFault(stage: Stage, draw: Draw): DrawnFault {
  const fault = draw.pick(stage.faults.filter((id) => faults.has(id)));
  const dish = dishOf(fault, draw, stage.as);
  const { early = false } = dish;
  // Options that a fault does not know leave it with its defaults.
  const options = faults.get(fault)!.optionsSchema.safeParse(dish.options).success ? dish.options : {};
  if (early) return { fault, atS: draw.between(0, 0.1 * stage.spanS), options };
  if (draw.chance(0.4)) return { fault, atS: draw.between(0, 0.9 * stage.spanS), options };
  return { fault, atPoint: draw.whole(0, stage.points - 1), scan: draw.whole(1, stage.scans), options };
}
