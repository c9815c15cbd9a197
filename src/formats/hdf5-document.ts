/** What an HDF5 file shall hold, as plain data. */
export interface Hdf5Group {
  readonly kind: 'group';
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Hdf5Group | Hdf5Dataset)[];
}

export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: Float64Array | string;
}

export function hdf5Group(
  name: string,
  nexusClass: string,
  children: Hdf5Group['children'],
  attributes: Readonly<Record<string, string>> = {},
): Hdf5Group {
  return { kind: 'group', name, attributes: { NX_class: nexusClass, ...attributes }, children };
}

export function hdf5Array(name: string, value: Float64Array, attributes: Readonly<Record<string, string>> = {}): Hdf5Dataset {
  return { kind: 'dataset', name, attributes, value };
}

export function hdf5Text(name: string, value: string): Hdf5Dataset {
  return { kind: 'dataset', name, attributes: {}, value };
}

/** Only one file at a time lies in the library's own memory. */
const SCRATCH = 'written.h5';

/** The bytes of the file. The library, h5wasm, is loaded at the first call; nothing touches the disk. */
export async function hdf5Bytes(root: Hdf5Group): Promise<Uint8Array> {
  const h5 = await import('h5wasm');
  const { FS } = await h5.ready;
  const file = new h5.File(SCRATCH, 'w');
  try {
    const fill = (group: InstanceType<typeof h5.Group>, { attributes, children }: Hdf5Group): void => {
      for (const [name, value] of Object.entries(attributes)) group.create_attribute(name, value);
      for (const child of children) {
        if (child.kind === 'group') fill(group.create_group(child.name), child);
        else {
          const dataset = group.create_dataset({ name: child.name, data: child.value });
          for (const [name, value] of Object.entries(child.attributes)) dataset.create_attribute(name, value);
        }
      }
    };
    fill(file, root);
  } finally {
    file.close();
  }
  const bytes = FS.readFile(SCRATCH);
  FS.unlink(SCRATCH);
  return bytes;
}
