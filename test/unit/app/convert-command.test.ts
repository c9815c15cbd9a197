import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { convertFile } from '../../../src/app/convert-command.ts';
import { readRecordedFile } from '../../../src/formats/registry.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'formats');
const ATTENUATED = join(FIXTURES, 'xrdml', 'raw-counts-attenuated-2.1.xrdml');
const SEVERAL = join(FIXTURES, 'xrdml', 'several-scans-2.3.xrdml');
const COLUMNS = join(FIXTURES, 'columns', 'blanks.xy');
const scansOf = async (file: string) => (await readRecordedFile(new Uint8Array(readFileSync(file)), file)).scans;

describe('ewald convert', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ewald-convert-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const to = (name: string): string => join(folder, name);

  test('writes the format of the ending and says what is lost', async () => {
    const outcome = await convertFile(ATTENUATED, to('a.cif'), {});
    expect(outcome.result).toMatchObject({ input: { format: 'xrdml' }, output: { format: 'pdcif', points: 11, scanIndices: [0] } });
    expect(outcome.result['lost']).toHaveLength(2);
    expect(outcome.warnings?.filter(({ code }) => code === 'lost')).toHaveLength(2);
    const [scan] = await scansOf(to('a.cif'));
    expect(scan!.counts).toEqual((await scansOf(ATTENUATED))[0]!.counts);
    expect(scan!.liveS).toEqual((await scansOf(ATTENUATED))[0]!.liveS);
  });

  test('takes every scan where the format holds several, and one by its number', async () => {
    await convertFile(SEVERAL, to('all.xrdml'), {});
    expect(await scansOf(to('all.xrdml'))).toHaveLength(2);
    await convertFile(SEVERAL, to('one.xy'), { scan: '1' });
    expect((await scansOf(to('one.xy')))[0]!.counts).toHaveLength(11);
  });

  test.each([
    ['no choice of scan where only one fits', 'x.xy', {}, /holds 2 scans/],
    ['all scans where only one fits', 'x.xy', { scan: 'all' }, /holds 2 scans, and XY/],
    ['a scan that is not there', 'x.xrdml', { scan: '2' }, /no scan 2: it holds 2/],
    ['a number that is none', 'x.xrdml', { scan: 'first' }, /not a whole number/],
    ['an ending that names no format', 'x.bin', {}, /does not tell in which format/],
    ['a format that is not written', 'x.xy', { to: 'brml' }, /no format "brml"/],
    ['a folder that is not there', 'none/x.xrdml', {}, /cannot be written/],
  ])('refuses %s', async (_what, name, options, message) => {
    await expect(convertFile(SEVERAL, to(name), options)).rejects.toMatchObject({
      code: 'badInput',
      message: expect.stringMatching(message),
    });
  });

  test('replaces a file only when told to, and never the recording itself', async () => {
    writeFileSync(to('b.xy'), 'precious');
    await expect(convertFile(ATTENUATED, to('b.xy'), {})).rejects.toMatchObject({ message: expect.stringMatching(/is there already/) });
    expect(readFileSync(to('b.xy'), 'utf8')).toBe('precious');
    await convertFile(ATTENUATED, to('b.xy'), { force: true });
    await expect(convertFile(to('b.xy'), to('b.xy'), { force: true })).rejects.toMatchObject({
      message: expect.stringMatching(/own conversion/),
    });
  });

  test('writes a wavelength only when told, and says that none is known', async () => {
    const { warnings } = await convertFile(COLUMNS, to('c.xrdml'), {});
    expect(warnings?.map(({ code }) => code)).toContain('noWavelength');
    expect((await scansOf(to('c.xrdml')))[0]!.radiation).toBeNull();
    await convertFile(COLUMNS, to('d.xrdml'), { radiation: 'CoKa1' });
    expect((await scansOf(to('d.xrdml')))[0]!.radiation).toEqual({ anode: 'Co', lines: [{ wavelengthA: 1.788996, weight: 1 }] });
  });
});
