import { describe, expect, test } from '@jest/globals';
import { damageBytes, damageFrame, inPieces } from '../../../src/app/bench/fuzz-frame.ts';
import { type FrameVerdict, fuzzFrame, kindOf, wires, wiresNamed } from '../../../src/app/bench/fuzz-wires.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

const CASES = 600;
const SENT = new TextEncoder().encode('1:20.0000;');

async function verdicts(wire: (typeof wires)[number], cases: number): Promise<FrameVerdict[]> {
  const all: FrameVerdict[] = [];
  for (let index = 0; index < cases; index++) all.push(await fuzzFrame(wire, 3, index));
  return all;
}

describe.each(wires.map((wire) => [wire.wire, wire] as const))('damaged frames on %s', (_, wire) => {
  test('crash no reader, and are never believed where their form is broken', async () => {
    const all = await verdicts(wire, CASES);
    expect(new Set(all.map(({ kind }) => kind.name))).toEqual(new Set(wire.kinds.map(({ name }) => name)));
    expect(all.filter(({ formBroken, outcome }) => formBroken && outcome === 'passed')).toEqual([]);
    // Noise is never taken for an answer; of values with a few wrong bytes most are noticed, though the wires have no checksum.
    expect(all.filter(({ damage, outcome }) => damage === 'noise' && outcome !== 'refused')).toEqual([]);
    const values = all.filter(({ kind, damage, outcome }) => kind.isValue && damage === 'bytes' && outcome !== 'same');
    expect(values.filter(({ outcome }) => outcome === 'refused').length / values.length).toBeGreaterThan(0.6);
  });

  test('give the same verdict each time', async () => {
    expect((await verdicts(wire, 20)).map(({ outcome }) => outcome)).toEqual((await verdicts(wire, 20)).map(({ outcome }) => outcome));
  });
});

test('kinds take turns, and one that is slow gets fewer', () => {
  const kind = { reader: 'driver', isValue: false, make: () => ({ bytes: SENT, read: () => 'x' }) } as const;
  const wire = {
    wire: 'w',
    kinds: [
      { ...kind, name: 'a' },
      { ...kind, name: 'b', oneOf: 3 },
    ],
  };
  expect(Array.from({ length: 8 }, (_, i) => kindOf(wire, i).name).join('')).toBe('abaaaaab');
});

test('a reader that throws, and one that refuses what is sound, are both defects', async () => {
  const make = (read: () => string | null) => ({
    wire: 'w',
    kinds: [{ reader: 'driver', name: 'k', isValue: false, make: () => ({ bytes: SENT, read }) } as const],
  });
  await expect(
    fuzzFrame(
      make(() => null),
      1,
      0,
    ),
  ).rejects.toThrow('sound frame');
  const thrower = () => {
    throw new TypeError('no such field');
  };
  await expect(fuzzFrame(make(thrower), 1, 0)).rejects.toThrow('no such field');
});

test('damage leaves what was sent alone, and its pieces add up', () => {
  const random = seededRandom(4);
  for (let i = 0; i < 300; i++) {
    const { bytes } = damageFrame(SENT, random);
    expect([...inPieces(bytes, random)].flatMap((piece) => [...piece])).toEqual([...bytes]);
    damageBytes(SENT, random);
  }
  expect(new TextDecoder().decode(SENT)).toBe('1:20.0000;');
});

test('a wire that there is not is named with those that there are', () => {
  expect(wiresNamed('all')).toHaveLength(5);
  expect(wiresNamed('aeris,mqtt').map(({ wire }) => wire)).toEqual(['aeris', 'mqtt']);
  expect(() => wiresNamed('aeris,gpib')).toThrow("there is no wire 'gpib'");
});
