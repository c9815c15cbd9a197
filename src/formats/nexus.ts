import { badInput } from '../domain/errors.ts';
import type { FormatReader } from './format-reader.ts';
import { HDF5_SIGNATURE, type Hdf5Node, readHdf5Tree } from './hdf5-tree.ts';
import { findNexusPlots, type NexusPlot } from './nexus-plots.ts';
import { readNexusScan } from './nexus-scan.ts';

/** NeXus in HDF5: NXxrd_pan, NXmonopd, and any NXdata of intensity over 2theta (definitions at nexusformat.org). */
export const nexus: FormatReader = {
  id: 'nexus',
  title: 'NeXus (HDF5)',
  extensions: ['nxs', 'h5', 'hdf5', 'nx5'],
  mark: 'the signature of HDF5',
  sniff: (bytes) => HDF5_SIGNATURE.every((byte, i) => bytes[i] === byte),
  async read(bytes, fileName) {
    const nodes = await readHdf5Tree(bytes, fileName);
    const warnings = new Set<string>();
    const found = entriesOf(nodes).flatMap((entry) => {
      const inside = nodes.filter(({ path }) => entry === '' || path === entry || path.startsWith(`${entry}/`));
      return withoutCopies(findNexusPlots(inside)).map((plot) => ({ plot, inside }));
    });
    if (found.length === 0)
      throw badInput(
        fileName,
        'no group of the HDF5 file holds an intensity over 2theta',
        'give a NeXus file with two_theta or polar_angle',
      );
    const scans = found.map(({ plot, inside }, i) => readNexusScan(plot, inside, `scan ${i + 1}`, fileName, warnings));
    return { formatId: 'nexus', scans, warnings: [...warnings] };
  },
};

/** Paths of the groups that are entries; the whole file where none says so. */
function entriesOf(nodes: readonly Hdf5Node[]): readonly string[] {
  const entries = nodes.filter(({ isGroup, attributes }) => isGroup && attributes['NX_class'] === 'NXentry').map(({ path }) => path);
  return entries.length > 0 ? entries : [''];
}

/** A detector and the plot that links to it hold the same arrays. */
function withoutCopies(plots: readonly NexusPlot[]): NexusPlot[] {
  const isSame = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((value, i) => value === b[i]);
  return plots.filter(
    (plot, i) => !plots.slice(0, i).some((earlier) => isSame(earlier.values, plot.values) && isSame(earlier.angles, plot.angles)),
  );
}
