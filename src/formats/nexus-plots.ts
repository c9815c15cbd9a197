import type { Hdf5Node } from './hdf5-tree.ts';

/** An intensity over 2theta, in the units of the file. */
export interface NexusPlot {
  readonly group: string;
  readonly angles: Float64Array;
  readonly angleUnits: string;
  readonly values: Float64Array;
  readonly valueUnits: string;
}

const ANGLE = /^(two_?theta|2_?theta|tth|polar_angle)$/i;
const INTENSITY = /^(counts|intensity|intensities|data|detector_counts)$/i;

/** The plots of an entry, what NXdata says of itself before what names suggest, and NXdata before other groups. */
export function findNexusPlots(nodes: readonly Hdf5Node[]): NexusPlot[] {
  const groups = nodes.filter(({ isGroup }) => isGroup);
  const isData = (group: Hdf5Node): boolean => group.attributes['NX_class'] === 'NXdata';
  const ordered = [...groups.filter(isData), ...groups.filter((group) => !isData(group))];
  return ordered.flatMap((group) => plotOf(group, nodes) ?? []);
}

function plotOf(group: Hdf5Node, nodes: readonly Hdf5Node[]): NexusPlot | null {
  const inside = nodes.filter(({ path, isGroup }) => !isGroup && path.slice(0, path.lastIndexOf('/')) === group.path);
  const axes = (group.attributes['axes'] ?? '').split(/[\s,:[\]]+/);
  const angle =
    inside.find((node) => ANGLE.test(nameOf(node))) ??
    // An axis of another name is 2theta where its long name says so.
    inside.find((node) => axes.includes(nameOf(node)) && /2 ?-?theta|two ?theta|2θ/i.test(node.attributes['long_name'] ?? ''));
  if (!angle?.numbers || angle.numbers.length < 2) return null;
  const fits = (node: Hdf5Node): boolean => node !== angle && node.numbers?.length === angle.numbers!.length;
  const signal = group.attributes['signal'];
  const value =
    inside.find((node) => fits(node) && nameOf(node) === signal) ??
    inside.find((node) => fits(node) && node.attributes['signal'] === '1') ??
    inside.find((node) => fits(node) && INTENSITY.test(nameOf(node)));
  if (!value?.numbers) return null;
  return {
    group: group.path,
    angles: angle.numbers,
    angleUnits: angle.attributes['units'] ?? '',
    values: value.numbers,
    valueUnits: value.attributes['units'] || (/^counts$/i.test(nameOf(value)) ? 'counts' : ''),
  };
}

export function nameOf({ path }: Hdf5Node): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
