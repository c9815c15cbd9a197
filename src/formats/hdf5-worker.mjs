// Runs in a thread of its own, and in plain JavaScript because a thread is not started through the loader of the program: damaged HDF5 files
// can trap, corrupt or hang the library, and then the thread is thrown away with it.
import { parentPort, workerData } from 'node:worker_threads';

/** @typedef {import('./hdf5-tree.ts').Hdf5Node} Hdf5Node */

const { maxMemoryBytes, maxNodes, maxDepth, maxValues, maxTextLength } = workerData;

// The library asks for memory through this method and takes a failure for "out of memory", which it survives.
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > maxMemoryBytes) throw new RangeError('more memory than a scan needs');
  return grow.call(this, pages);
};

// It also prints its own account of every error, which no user can read.
const quiet = () => undefined;
Object.assign(globalThis.console, { log: quiet, warn: quiet, error: quiet });

const h5 = await import('h5wasm');
const { FS } = await h5.ready;
let readCount = 0;

parentPort.on('message', (bytes) => {
  try {
    parentPort.postMessage({ nodes: readTree(bytes) });
  } catch (error) {
    // What the library refuses leaves it sound; a trap or a lack of memory does not.
    const isSound = error instanceof Error && !(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError);
    parentPort.postMessage({ error: error instanceof Error ? error.message : String(error), isSound });
  }
});

parentPort.postMessage('ready');

/** @param {Uint8Array} bytes */
function readTree(bytes) {
  // A name of its own: the library may still hold a damaged file open, and would give what it keeps of that one under the same name.
  const name = `scan-${readCount++}.h5`;
  FS.writeFile(name, bytes);
  let file = null;
  try {
    file = new h5.File(name, 'r');
    /** @type {Hdf5Node[]} */
    const nodes = [];
    visit(file, '', 0, nodes, { values: maxValues });
    return nodes;
  } finally {
    file?.close();
    FS.unlink(name);
  }
}

function visit(group, path, depth, nodes, left) {
  nodes.push({ path, isGroup: true, attributes: attributesOf(group), length: 0, numbers: null, text: null });
  for (const key of group.keys()) {
    if (nodes.length >= maxNodes) throw new RangeError(`more than ${maxNodes} objects`);
    const entity = group.get(key);
    const inner = `${path}/${key}`;
    if (entity instanceof h5.Group && depth < maxDepth) visit(entity, inner, depth + 1, nodes, left);
    else if (entity instanceof h5.Dataset) nodes.push(datasetNode(entity, inner, left));
  }
}

function datasetNode(dataset, path, left) {
  const { metadata } = dataset;
  const length = lengthOf(metadata);
  const attributes = attributesOf(dataset);
  const node = { path, isGroup: false, attributes, length, numbers: null, text: null };
  const isNumber = metadata.type === 0 || metadata.type === 1;
  if (isNumber && metadata.size <= 8 && length <= left.values) {
    left.values -= length;
    return { ...node, numbers: numbersOf(dataset.value) };
  }
  return metadata.type === 3 && length <= 16 ? { ...node, text: textOf(dataset.value) } : node;
}

function attributesOf(entity) {
  const found = {};
  for (const [name, attribute] of Object.entries(entity.attrs).slice(0, 64)) {
    if (lengthOf(attribute.metadata) > 64) continue;
    const { type } = attribute.metadata;
    if (type === 3) found[name] = textOf(attribute.value);
    else if (type === 0 || type === 1) found[name] = String(numbersOf(attribute.value)[0]);
  }
  return found;
}

function lengthOf({ shape, size, type }) {
  // A text of fixed length counts its characters.
  const each = type === 3 ? Math.max(1, size / maxTextLength) : 1;
  return (shape ?? []).reduce((product, side) => product * side, 1) * each;
}

function numbersOf(value) {
  if (value === null) return new Float64Array(0);
  return typeof value === 'object' ? Float64Array.from(value, Number) : Float64Array.of(Number(value));
}

function textOf(value) {
  const text = Array.isArray(value) ? value.flat(4).join(' ') : String(value ?? '');
  return text.slice(0, maxTextLength).replace(/\0+$/, '').trim();
}
