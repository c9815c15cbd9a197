import { numberOf, type XmlElement } from './xml-tree.ts';

/** Which column of the rows holds what, as the data views of the file say; null where none does. */
export interface BrmlColumns {
  readonly time: number | null;
  readonly attenuation: number | null;
  readonly twoTheta: number | null;
  /** Of one value per point: what the detectors counted. */
  readonly counters: readonly Counter[];
  /** Values per point of a line or area detector that was stored whole; 1 where there is none. */
  readonly channels: number;
}

export interface Counter {
  readonly column: number;
  readonly name: string;
  readonly unit: string;
  /** Stands for a point that was not measured. */
  readonly blank: number | null;
}

/** Reads the `RawDataView` elements of a data route. */
export function columnsFromViews(route: XmlElement): BrmlColumns {
  const views = route.all('DataViews').flatMap((group) => group.all('RawDataView'));
  const named = (pattern: RegExp): number | null => {
    const view = views.find((candidate) => pattern.test(candidate.attribute('LogicName') ?? ''));
    return view ? startOf(view) : null;
  };
  const recorded = views.filter((view) => view.find('Recording') !== null && /count/i.test(unitOf(view)));
  const single = recorded.filter((view) => lengthOf(view) === 1);
  return {
    time: named(/^MeasuredTime$/i),
    attenuation: named(/^Abs(orption|orber)/i),
    twoTheta: twoThetaColumn(views),
    counters: single.flatMap((view) => {
      const column = startOf(view);
      const recording = view.find('Recording')!;
      const blank = Number(recording.find('BlankingValue')?.text || Number.NaN);
      const name = recording.attribute('VisibleName') ?? recording.attribute('LogicName') ?? 'counter';
      return column === null ? [] : [{ column, name, unit: unitOf(view), blank: Number.isFinite(blank) ? blank : null }];
    }),
    channels: Math.max(1, ...recorded.map(lengthOf)),
  };
}

/** The axes of a varying view stand in the order of their definitions. */
function twoThetaColumn(views: readonly XmlElement[]): number | null {
  for (const view of views) {
    const axes = view.all('Varying').flatMap((varying) => varying.all('FieldDefinitions'));
    const index = axes.findIndex((axis) => /^TwoTheta$/i.test(axis.attribute('AxisId') ?? axis.attribute('FieldName') ?? ''));
    const start = startOf(view);
    if (index >= 0 && start !== null) return start + index;
  }
  return null;
}

function unitOf(view: XmlElement): string {
  return view.find('Recording', 'Unit')?.attribute('Base') ?? '';
}

function startOf(view: XmlElement): number | null {
  const start = Number(view.attribute('Start') ?? Number.NaN);
  return Number.isInteger(start) && start >= 0 ? start : null;
}

function lengthOf(view: XmlElement): number {
  return Number(view.attribute('Length') ?? 1);
}

/** The number in the attribute `Value` of an element such as <Radius Unit="mm" Value="280" />; null where it is not above 0. */
export function positiveValue(element: XmlElement | null | undefined): number | null {
  const text = element?.attribute('Value') ?? null;
  const value = text === null ? (element ? numberOf(element) : null) : Number(text);
  return value !== null && Number.isFinite(value) && value > 0 ? value : null;
}
