import { unzipSync, zipSync } from 'fflate';
import type { RandomSource } from '../ports/runtime.ts';

type Mutation = (bytes: Uint8Array, random: RandomSource, donor: Uint8Array, maxBytes: number) => Uint8Array;

/** No damaged file grows beyond this; what is larger is a matter of the reader's own limits. */
const MAX_BYTES = 1 << 20;
const HUGE_NUMBERS = [
  '999999999',
  '4294967296',
  '1e9',
  '1e308',
  '-1',
  '0',
  '-0',
  'NaN',
  'Infinity',
  '0.0000001',
  '18446744073709551616',
  '',
];
const MARKS = [
  '<',
  '>',
  '&',
  '"',
  "'",
  ';',
  '#',
  '*',
  '_',
  '\n',
  '\r',
  '\t',
  '\0',
  '\x1a',
  '\uFEFF',
  ',',
  '--',
  ']]>',
  '<!ENTITY a "b">',
  '/*',
];

const flipBits: Mutation = (bytes, random) => {
  const damaged = bytes.slice();
  const flips = 1 + random.integer(8);
  for (let i = 0; i < flips; i++) damaged[random.integer(bytes.length)]! ^= 1 << random.integer(8);
  return damaged;
};

const truncate: Mutation = (bytes, random) => bytes.slice(0, random.integer(bytes.length));

const cutBlock: Mutation = (bytes, random) => {
  const [from, to] = block(bytes, random);
  return joined(bytes.subarray(0, from), bytes.subarray(to));
};

const repeatBlock: Mutation = (bytes, random, _donor, maxBytes) => {
  const [from, to] = block(bytes, random);
  const times = Math.min(1 << random.integer(12), Math.floor(maxBytes / Math.max(1, to - from)));
  return joined(bytes.subarray(0, to), ...Array.from({ length: times }, () => bytes.subarray(from, to)), bytes.subarray(to));
};

/** A piece of another file, of this format or any, in the middle of this one. */
const splice: Mutation = (bytes, random, donor) => {
  const [from, to] = block(bytes, random);
  const [donorFrom, donorTo] = block(donor, random);
  return joined(bytes.subarray(0, from), donor.subarray(donorFrom, donorTo), bytes.subarray(random.uniform() < 0.5 ? from : to));
};

/** A number written in text becomes huge, negative, empty or none. */
const inflateText: Mutation = (bytes, random) => {
  const start = random.integer(bytes.length);
  const isDigit = (at: number): boolean => bytes[at]! >= 48 && bytes[at]! <= 57;
  let from = start;
  while (from < bytes.length && !isDigit(from)) from++;
  let to = from;
  while (to < bytes.length && isDigit(to)) to++;
  return joined(bytes.subarray(0, from), pick(HUGE_NUMBERS, random), bytes.subarray(to));
};

/** A number of a binary header becomes an extreme of its kind. */
const inflateBinary: Mutation = (bytes, random) => {
  const damaged = bytes.slice();
  if (bytes.length < 8) return damaged;
  const view = new DataView(damaged.buffer);
  const at = random.integer(bytes.length - 7);
  const whole = [0x7fffffff, 0xffffffff, 0x80000000, 0, 1, 0x00ffffff, 1e9][random.integer(7)]!;
  const real = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, 1e-300, 0, 1e9][random.integer(7)]!;
  const ways = [
    () => view.setUint32(at, whole, true),
    () => view.setUint16(at, whole & 0xffff, true),
    () => view.setFloat64(at, real, true),
    () => view.setFloat32(at, real, true),
    () => view.setBigUint64(at, BigInt(whole) * 4294967295n, true),
  ];
  ways[random.integer(ways.length)]!();
  return damaged;
};

const insertMark: Mutation = (bytes, random) => {
  const at = random.integer(bytes.length + 1);
  return joined(bytes.subarray(0, at), pick(MARKS, random), bytes.subarray(at));
};

const PLAIN: readonly Mutation[] = [flipBits, truncate, cutBlock, repeatBlock, splice, inflateText, inflateText, inflateBinary, insertMark];

/** One to three kinds of damage; of a zip half the time inside one of its files, packed again. Never empty, at most a few MiB. */
export function mutate(bytes: Uint8Array, random: RandomSource, donor: Uint8Array, maxBytes = MAX_BYTES): Uint8Array {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (isZip && random.uniform() < 0.5) return mutateInside(bytes, random, donor);
  let damaged = bytes;
  const rounds = 1 + random.integer(3);
  for (let i = 0; i < rounds && damaged.length > 0 && damaged.length <= maxBytes; i++)
    damaged = PLAIN[random.integer(PLAIN.length)]!(damaged, random, donor, maxBytes);
  return damaged.length > 0 ? damaged : bytes.slice(0, 1);
}

function mutateInside(zip: Uint8Array, random: RandomSource, donor: Uint8Array): Uint8Array {
  const files: Record<string, Uint8Array> = unzipSync(zip);
  const names = Object.keys(files);
  const name = names[random.integer(names.length)];
  if (name === undefined) return flipBits(zip, random, donor, MAX_BYTES);
  const content = files[name]!;
  if (random.uniform() < 0.1) delete files[name];
  else if (content.length > 0) files[name] = PLAIN[random.integer(PLAIN.length)]!(content, random, donor, MAX_BYTES);
  return zipSync(files, { level: random.uniform() < 0.5 ? 0 : 6, mtime: '2030-01-01T00:00:00Z' });
}

function block(bytes: Uint8Array, random: RandomSource): [number, number] {
  const from = random.integer(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random.integer(1 << random.integer(10)))];
}

function pick(texts: readonly string[], random: RandomSource): Uint8Array {
  return new TextEncoder().encode(texts[random.integer(texts.length)]!);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
