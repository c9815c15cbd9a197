import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkModel } from '../../../models/check-model.ts';
import type { Manifest } from '../../../models/manifest.ts';
import { openEnsemble } from '../../../models/onnx-ensemble.ts';
import { bundleDir } from '../../../models/registry.ts';

const FOREIGN = join(import.meta.dirname, 'fixtures', 'foreign');

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'ewald-foreign-'));
});
afterEach(() => rmSync(copy, { recursive: true }));

type Editable = { -readonly [K in keyof Manifest]: Manifest[K] };

function changed(bundle: 'members' | 'masks', edit: (manifest: Editable) => void): string {
  cpSync(join(FOREIGN, bundle), copy, { recursive: true });
  const path = join(copy, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Editable;
  edit(manifest);
  writeFileSync(path, JSON.stringify(manifest));
  return copy;
}

function rewritten(file: string, edit: (bytes: Buffer) => void): string {
  const bytes = readFileSync(join(FOREIGN, 'masks', file));
  edit(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const folder = changed('masks', (manifest) => {
    if (file === 'masks.bin') manifest.onnx.masks!.sha256 = sha256;
    else manifest.selfTest.sha256 = sha256;
  });
  writeFileSync(join(folder, file), bytes);
  return folder;
}

test.each(['members', 'masks'])('a bundle of %s that another program made is fit for use', async (bundle) => {
  const { modelId, selfTest } = await checkModel(bundleDir(join(FOREIGN, bundle)));
  expect(modelId).toBe(`foreign-${bundle}`);
  expect(selfTest).toMatchObject({ ok: true, objection: null });
  expect(selfTest.maxAbsError).toBeLessThan(1e-4);
  expect(selfTest.memberSpread).toBeGreaterThan(0.01);
  expect(selfTest.mapError).toBeLessThan(1e-4);
});

test('with masks every member of a batch is answered as it is alone', async () => {
  const ensemble = await openEnsemble(join(FOREIGN, 'masks'));
  try {
    const [a, b] = [0.3, 0.7].map((value) => Float32Array.from({ length: 192 }, (_, i) => value * Math.abs(Math.cos(i))));
    const both = await ensemble.run(Float32Array.from([...a!, ...b!]), true);
    const alone = await ensemble.run(b!, true);
    expect(both.logits).toHaveLength(18);
    expect([...both.logits.subarray(9)]).toEqual([...alone.logits]);
    expect([...both.maps!.subarray(36)]).toEqual([...alone.maps!]);
  } finally {
    await ensemble.close();
  }
});

describe('refused in one sentence:', () => {
  test.each<[string, () => string, RegExp]>([
    [
      'maps of another size',
      () =>
        changed('members', (manifest) => {
          manifest.cells = 8;
        }),
      /output 'maps' is 6 x 3 x 3 x 4, by the manifest it should be 6 x 3 x 3 x 8/,
    ],
    [
      'no maps',
      () =>
        changed('members', (manifest) => {
          manifest.onnx.maps = 'cam';
        }),
      /no output 'cam' for the maps \(it has 'logits', 'maps'\)/,
    ],
    [
      'no such input',
      () =>
        changed('members', (manifest) => {
          manifest.onnx.input = 'pattern';
        }),
      /no input 'pattern' \(it has 'x'\)/,
    ],
    [
      'an input that nobody feeds',
      () =>
        changed('masks', (manifest) => {
          delete manifest.onnx.masks;
        }),
      /takes 'mask', of which the manifest says nothing/,
    ],
    [
      'two members with one mask',
      () => rewritten('masks.bin', (bytes) => bytes.copyWithin(32, 0, 32)),
      /member-0 and member-1 have the same mask/,
    ],
    [
      'masks of another size',
      () =>
        changed('masks', (manifest) => {
          manifest.onnx.masks!.size = [9];
        }),
      /holds 24 numbers, 3 masks of 9 are 27/,
    ],
    [
      'a member named twice',
      () =>
        changed('members', (manifest) => {
          manifest.members[1]!.memberId = 'member-0';
        }),
      /a member is listed twice/,
    ],
  ])('%s', async (_, make, message) => {
    await expect(checkModel(make())).rejects.toMatchObject({ code: 'model', message: expect.stringMatching(message) });
  });
});

describe('loads, and is not fit for use:', () => {
  test.each<[string, () => string, RegExp]>([
    ['outputs that are not numbers', () => rewritten('masks.bin', (bytes) => bytes.writeFloatLE(Number.NaN, 0)), /not all numbers/],
    ['members that agree', () => changed('members', (manifest) => void Object.assign(manifest, { temperature: 1e6 })), /members agree/],
    [
      'other outputs than were stored',
      () => rewritten('test.bin', (bytes) => bytes.writeFloatLE(9, bytes.length - 4)),
      /differ from the stored ones/,
    ],
  ])('%s', async (_, make, objection) => {
    const { selfTest } = await checkModel(make());
    expect(selfTest.ok).toBe(false);
    expect(selfTest.objection).toMatch(objection);
  });
});
