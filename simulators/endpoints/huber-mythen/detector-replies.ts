/** Replies of the detector: little-endian numbers without a frame around them; the far end knows from its command how many bytes to expect. */
export function int32s(...values: readonly number[]): Uint8Array {
  return fill(values.length, 4, (view, i) => view.setInt32(4 * i, values[i]!, true));
}

export function int64(value: number): Uint8Array {
  return fill(1, 8, (view) => view.setBigInt64(0, BigInt(value), true));
}

export function float32s(...values: readonly number[]): Uint8Array {
  return fill(values.length, 4, (view, i) => view.setFloat32(4 * i, values[i]!, true));
}

/** Text with a zero at its end. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}

export function frameOf(counts: Int32Array): Uint8Array {
  return fill(counts.length, 4, (view, i) => view.setInt32(4 * i, counts[i]!, true));
}

function fill(length: number, bytesEach: number, put: (view: DataView, index: number) => void): Uint8Array {
  const bytes = new Uint8Array(length * bytesEach);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < length; i++) put(view, i);
  return bytes;
}
