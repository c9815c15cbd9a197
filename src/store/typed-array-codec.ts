const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Little-endian bytes of the array, bit by bit; a copy. */
export function bytesOfFloat64(array: Float64Array): Uint8Array {
  return inLittleEndian(new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice());
}

/** The array of little-endian bytes; a copy, so the bytes need no alignment. Throws RangeError where their number is no multiple of 8. */
export function float64OfBytes(bytes: Uint8Array): Float64Array {
  // `new Uint8Array` and not `slice`: the slice of a Buffer is a view into a shared pool.
  return new Float64Array(inLittleEndian(new Uint8Array(bytes)).buffer);
}

function inLittleEndian(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (!LITTLE_ENDIAN_HOST) for (let at = 0; at < bytes.length; at += 8) bytes.subarray(at, at + 8).reverse();
  return bytes;
}
