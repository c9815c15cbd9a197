import { crc32, inflateRawSync } from 'node:zlib';
import { badInput } from '../domain/errors.ts';

/** The entries of a zip archive by name, with / between folders. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** Unpacks one entry of at most `maxBytes`. Throws badInput for a damaged, encrypted or larger one. */
  unpack(name: string, maxBytes: number): Uint8Array;
}

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

/** What one archive may become in memory, whatever its entries say and however often they share the same bytes. */
const MAX_TOTAL_BYTES = 256 * 2 ** 20;
const MAX_ENTRIES = 10_000;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const REMEDY = 'the file is damaged or truncated: copy it again';

/** Reads the directory of a zip archive (PKWARE's APPNOTE 6.3). Throws badInput, subject `fileName`. Sizes are known before anything is unpacked. */
export function openZip(bytes: Uint8Array, fileName: string): ZipArchive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(bytes, view, fileName);
  let totalBytes = 0;
  return {
    names: [...entries.keys()],
    unpack(name, maxBytes) {
      const entry = entries.get(name);
      if (!entry) throw badInput(fileName, `the archive has no entry ${name}`, REMEDY);
      totalBytes += entry.bytes;
      if (entry.bytes > maxBytes || totalBytes > MAX_TOTAL_BYTES)
        throw badInput(fileName, `the entry ${name} would unpack to ${entry.bytes} bytes, more than a scan needs`, REMEDY);
      if ((entry.flags & 1) !== 0) throw badInput(fileName, `the entry ${name} is encrypted`, 'store the file without a password');
      const unpacked = inflate(packedBytesOf(bytes, view, entry), entry);
      if (!unpacked || crc32(unpacked) !== entry.crc) throw badInput(fileName, `the entry ${name} of the archive is damaged`, REMEDY);
      return unpacked;
    },
  };
}

function readDirectory(bytes: Uint8Array, view: DataView, fileName: string): ReadonlyMap<string, Entry> {
  const end = findEnd(view);
  if (end === null) throw badInput(fileName, 'the zip archive has no directory at its end', REMEDY);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MAX_ENTRIES || at === 0xffffffff) throw badInput(fileName, 'the zip archive is larger than any scan', REMEDY);
  const entries = new Map<string, Entry>();
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL)
      throw badInput(fileName, `the directory of the zip archive is damaged at its entry ${i + 1}`, REMEDY);
    const nameBytes = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)).replaceAll('\\', '/');
    entries.set(name, {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      headerAt: view.getUint32(at + 42, true),
    });
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findEnd(view: DataView): number | null {
  const lowest = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) if (view.getUint32(at, true) === END) return at;
  return null;
}

/** Null where the entry reaches beyond the file. */
function packedBytesOf(bytes: Uint8Array, view: DataView, { headerAt, packedBytes }: Entry): Uint8Array | null {
  if (headerAt + 30 > bytes.length || view.getUint32(headerAt, true) !== LOCAL) return null;
  const from = headerAt + 30 + view.getUint16(headerAt + 26, true) + view.getUint16(headerAt + 28, true);
  return from + packedBytes > bytes.length ? null : bytes.subarray(from, from + packedBytes);
}

/** Null where the bytes are not what the directory says. */
function inflate(packed: Uint8Array | null, entry: Entry): Uint8Array | null {
  if (!packed || (entry.method !== 0 && entry.method !== 8)) return null;
  try {
    const unpacked = entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(entry.bytes, 1) });
    return unpacked.length === entry.bytes ? unpacked : null;
  } catch {
    return null;
  }
}
