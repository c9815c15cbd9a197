import * as h5 from 'h5wasm';

/** Groups by path with their NX_class, and datasets by path with their units. */
export interface MadeNexus {
  readonly groups: Readonly<Record<string, string>>;
  readonly datasets: Readonly<Record<string, readonly [value: readonly number[] | number | string, units?: string]>>;
  /** Further attributes by path. */
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The bytes of a made-up HDF5 file. */
export async function nexusOf(made: MadeNexus): Promise<Uint8Array> {
  const module = await h5.ready;
  const name = 'made-up.nxs';
  const file = new h5.File(name, 'w');
  for (const [path, nxClass] of Object.entries(made.groups)) file.create_group(path).create_attribute('NX_class', nxClass);
  for (const [path, [value, units]] of Object.entries(made.datasets)) {
    const data = typeof value === 'object' ? Float64Array.from(value) : value;
    const dataset = file.create_dataset({ name: path, data });
    if (units !== undefined) dataset.create_attribute('units', units);
  }
  for (const [path, attributes] of Object.entries(made.attributes ?? {}))
    for (const [attribute, value] of Object.entries(attributes)) (file.get(path) as h5.Group).create_attribute(attribute, value);
  file.close();
  const bytes = module.FS.readFile(name).slice();
  module.FS.unlink(name);
  return bytes;
}
