import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'formats', 'columns');
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const only = async (text: string) => (await readRecordedFile(encode(text), 'a.xy')).scans[0]!;
type Scan = Awaited<ReturnType<typeof only>>;
const refusal = (text: string): Promise<unknown> => readRecordedFile(encode(text), 'a.xy').catch((error: unknown) => error);

describe('text in columns', () => {
  test.each([
    ['blanks', '10.0 5\n10.1 6\n10.2 70\n'],
    ['tabs and Windows line ends', '10.0\t5\r\n10.1\t6\r\n10.2\t70\r\n'],
    ['old Macintosh line ends', '10.0 5\r10.1 6\r10.2 70'],
    ['commas and a header', 'Angle,Intensity\n10.0,5\n10.1,6\n10.2,70\n'],
    ['semicolons', '10.0;5\n10.1;6\n10.2;70\n'],
    ['decimal commas with semicolons', '10,0;5\n10,1;6\n10,2;70\n'],
    ['decimal commas with blanks', '10,0 5,0\n10,1 6,0\n10,2 70,0\n'],
    ['decimal commas where the first angle is whole', '10;5\n10,1;6\n10,2;70\n'],
    ['quotes', '"2Theta","I"\n"10.0","5"\n"10.1","6"\n"10.2","70"\n'],
    ['comment lines of every kind', '# a\n! b\n; c\n10.0 5\n# in between\n10.1 6\n10.2 70\n'],
    ['a comment block', '/*\n1 2 3\n*/\n10.0 5\n10.1 6\n10.2 70\n'],
    ['a third column', '10.0 5 2.2\n10.1 6 2.4\n10.2 70 8.4\n'],
    ['Fortran exponents and trailing separators', '1.00D1, 5,\n1.01D1, 6,\n1.02D1, 70,\n'],
    ['a byte order mark and the end mark of DOS', '\ufeff10.0 5\n10.1 6\n10.2 70\n\x1a'],
  ])('with %s', async (_what, text) => {
    const scan = await only(text);
    expect([...scan.twoThetaDeg]).toEqual([10, 10.1, 10.2]);
    expect([...scan.counts]).toEqual([5, 6, 70]);
    expect(scan).toMatchObject({ unit: 'counts', radiation: null, liveS: null, stepTimeS: null });
  });

  test('UTF-16 with a byte order mark is read', async () => {
    const bytes = new Uint8Array([0xff, 0xfe, ...Buffer.from('10.0 5\n10.1 6\n10.2 70\n', 'utf16le')]);
    expect([...(await readRecordedFile(bytes, 'a.txt')).scans[0]!.counts]).toEqual([5, 6, 70]);
  });

  test.each([
    ['fractions', '10 5.5\n11 6\n12 7\n'],
    ['a negative value', '10 5\n11 -6\n12 7\n'],
  ])('%s are no counts', async (_what, text) => {
    expect((await only(text)).unit).toBe('arbitrary');
  });

  test('steps may be unequal', async () => {
    expect([...(await only('10 5\n10.5 6\n12 7\n')).twoThetaDeg]).toEqual([10, 10.5, 12]);
  });

  test('one wavelength in the header is taken, two are not', async () => {
    expect((await only('# Wavelength (A) = 0.8267\n10 5\n11 6\n12 7\n')).radiation).toEqual({
      anode: null,
      lines: [{ wavelengthA: 0.8267, weight: 1 }],
    });
    expect((await only('# wavelength 1.5406\n# wavelength 1.5444\n10 5\n11 6\n12 7\n')).radiation).toBeNull();
    expect((await only('# anode Cu\n10 5\n11 6\n12 7\n')).radiation).toBeNull();
  });

  test('more than three columns bring a warning', async () => {
    expect((await readRecordedFile(encode('10 5 1 1 1\n11 6 1 1 1\n12 7 1 1 1\n'), 'a.txt')).warnings).toHaveLength(1);
  });

  test.each([
    ['empty', '', /empty/],
    ['only comments', '# nothing\n', /no line/],
    ['one column', '5\n6\n7\n', /no line/],
    ['two points', '10 5\n11 6\n', /number of points here is 2/],
    ['falling angles', '12 5\n11 6\n10 7\n', /does not increase at point 2 \(11 after 12\)/],
    ['a repeated angle', '10 5\n10 6\n11 7\n', /does not increase at point 2/],
    ['unequal columns', '10 5\n11 6 7\n12 7\n', /columns is 3 in line 2 and 2 above/],
    ['a last line cut off', '10 5\n11 6\n12 7\n13', /columns is 1 in line 4 and 2 above/],
    ['NaN', '10 5\n11 NaN\n12 7\n', /line 2 .*not a number: "11 NaN"/],
    ['an overflowing number', '10 5\n11 1e999\n12 7\n', /point 2/],
    ['hundredths of a degree', '1000 5\n2000 6\n3000 7\n', /not within 180/],
    ['another axis', 'Q,I\n1.0,5\n1.1,6\n1.2,7\n', /headed "Q"/],
    ['a structure', 'data_x\n_cell_length_a 4.1\n1 2\n2 3\n3 4\n', /crystal structure and no measured pattern/],
    ['a GSAS bank over time of flight', 'title\nBANK 1 3 3 SLOG 1000 2 0 0 FXYE\n10 5 1\n12 6 1\n14 7 1\n', /binned as SLOG/],
    ['markup', '<html>\n10 5\n11 6\n12 7\n</html>', /no known format/],
    ['half a million blanks at once', `1${' '.repeat(500_000)},x`, /no line/],
    ['half a million empty lines at once', '\n'.repeat(500_000), /no line/],
    ['binary data', '10 5\n11 6\n12 7\n\0\0', /no known format/],
  ])('refuses %s', async (_what, text, message) => {
    const error = await refusal(text);
    expect(error).toMatchObject({ name: 'EwaldError', code: 'badInput', subject: 'a.xy', message: expect.stringMatching(message) });
  });

  test('the four ways of writing one pattern agree', async () => {
    const read = async (name: string) => (await readRecordedFile(new Uint8Array(readFileSync(join(FIXTURES, name))), name)).scans[0]!;
    const [blanks, commas, decimal, errors] = (await Promise.all(
      ['blanks.xy', 'commas.csv', 'decimal-commas.csv', 'errors.xye'].map(read),
    )) as [Scan, Scan, Scan, Scan];
    expect(commas.counts).toEqual(blanks.counts);
    expect(decimal.counts).toEqual(blanks.counts);
    expect(decimal.twoThetaDeg).toEqual(blanks.twoThetaDeg);
    expect(errors).toMatchObject({ unit: 'arbitrary', radiation: { lines: [{ wavelengthA: 0.8267 }] } });
  });
});
