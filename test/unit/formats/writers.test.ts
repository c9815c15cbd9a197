import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BLANK_SCAN } from '../../../src/formats/blank-scan.ts';
import { formats, type RecordedScan, readRecordedFile } from '../../../src/formats/registry.ts';
import { chooseWriter, type WrittenFile, writers } from '../../../src/formats/writers.ts';
import { anyScan } from './any-scan.ts';

const SCAN: RecordedScan = {
  ...BLANK_SCAN,
  unit: 'counts',
  twoThetaDeg: new Float64Array([10, 10.02, 10.04, 10.06]),
  counts: new Float64Array([0, 4, 25, 100]),
  stepTimeS: 2.5,
};
const DOUBLET = {
  anode: 'Cu',
  lines: [
    { wavelengthA: 1.540598, weight: 1 },
    { wavelengthA: 1.544426, weight: 0.5 },
  ],
};
const textOf = ({ bytes }: WrittenFile): string => new TextDecoder().decode(bytes);
const write = async (id: string, ...scans: RecordedScan[]): Promise<WrittenFile> => await chooseWriter('a', id).write(scans, 'a');
const readBack = async (id: string, ...scans: RecordedScan[]) => {
  const file = await readRecordedFile((await write(id, ...scans)).bytes, 'back');
  expect(file.formatId).toBe(chooseWriter('a', id).readBy);
  return file.scans;
};

/** Equal to what the writer promises: angles within 1e-9 degrees, live times to the last digits of a division, all else exactly. */
function expectSame(read: RecordedScan, written: RecordedScan, facts: Partial<RecordedScan>): void {
  expect(read.unit).toBe(written.unit);
  expect([...read.counts]).toEqual([...written.counts]);
  expect(read.twoThetaDeg).toHaveLength(written.twoThetaDeg.length);
  read.twoThetaDeg.forEach((angleDeg, i) => void expect(Math.abs(angleDeg - written.twoThetaDeg[i]!)).toBeLessThanOrEqual(2e-9));
  expect(read).toMatchObject(facts);
}

function expectSameTimes(read: RecordedScan, written: RecordedScan): void {
  written.counts.forEach((_, i) => {
    const liveOf = (scan: RecordedScan) => scan.liveS?.[i] ?? scan.stepTimeS;
    const [is, should] = [liveOf(read), liveOf(written)];
    if (should === null) expect(is).toBeNull();
    else expect(Math.abs(is! / should - 1)).toBeLessThan(1e-14);
  });
}

describe('every writer', () => {
  test('is read back by a reader that exists, and has an ending of its own', () => {
    const endings = writers.flatMap((writer) => writer.extensions);
    expect(new Set(endings).size).toBe(endings.length);
    for (const writer of writers) expect(formats.map((format) => format.id)).toContain(writer.readBy);
  });

  test.each(writers.map((writer) => [writer.id, writer] as const))('%s leaves the scans as they are', async (_id, writer) => {
    const before = structuredClone(SCAN);
    await writer.write([SCAN], 'a');
    expect(SCAN).toEqual(before);
  });
});

describe('what is written is read back equal', () => {
  const numRuns = 150;

  test('XRDML, several scans', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyScan, { minLength: 1, maxLength: 3 }), async (scans) => {
        const read = await readBack('xrdml', ...scans);
        expect(read).toHaveLength(scans.length);
        for (const [i, scan] of scans.entries()) {
          const { radiation, startedAt, endedAt, status, apertureDeg, radiusMm, scanAxis } = scan;
          const { sampleName } = scans[0]!;
          expectSame(read[i]!, scan, { radiation, startedAt, endedAt, status, apertureDeg, radiusMm, scanAxis, sampleName });
          expectSameTimes(read[i]!, scan);
          if (scan.unit === 'counts') expect(read[i]!.stepTimeS).toBe(scan.stepTimeS);
        }
      }),
      { numRuns, seed: 11 },
    );
  });

  test('powder CIF, several scans', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyScan, { minLength: 1, maxLength: 3 }), async (scans) => {
        const read = await readBack('pdcif', ...scans);
        expect(read).toHaveLength(scans.length);
        for (const [i, scan] of scans.entries()) {
          const { startedAt, radiusMm } = scan;
          expectSame(read[i]!, scan, { startedAt, radiusMm, ...(scan.sampleName === null ? {} : { sampleName: scan.sampleName }) });
          if (scan.radiation) expect(read[i]!.radiation).toEqual(scan.radiation);
          expectSameTimes(read[i]!, scan);
        }
      }),
      { numRuns, seed: 12 },
    );
  });

  test('NeXus, several scans', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyScan, { minLength: 1, maxLength: 2 }), async (scans) => {
        const read = await readBack('nexus', ...scans);
        expect(read).toHaveLength(scans.length);
        for (const [i, scan] of scans.entries()) {
          const { radiation, startedAt, endedAt, status, scanAxis, sampleName } = scan;
          expectSame(read[i]!, scan, { radiation, startedAt, endedAt, status, scanAxis, sampleName });
          if (scan.unit !== 'arbitrary') expectSameTimes(read[i]!, scan);
        }
      }),
      { numRuns: 40, seed: 14 },
    );
  });

  test.each(['xy', 'xye'])('%s, points and a single wavelength', async (id) => {
    await fc.assert(
      fc.asyncProperty(anyScan, async (scan) => {
        if (id === 'xye' && scan.unit !== 'counts') return;
        const [read] = await readBack(id, scan);
        const isLine = scan.radiation?.lines.length === 1;
        const unit = scan.unit === 'cps' ? 'arbitrary' : scan.unit;
        expectSame(read!, { ...scan, unit }, { radiation: isLine ? { ...scan.radiation!, anode: null } : null });
      }),
      { numRuns, seed: 13 },
    );
  });
});

describe('angles', () => {
  test('lose the noise of binary arithmetic and nothing else', async () => {
    const noisy = new Float64Array(4).map((_, i) => 10 + i * 0.1 + 3e-15);
    expect(textOf(await write('xy', { ...SCAN, twoThetaDeg: noisy }))).toContain('\n10.3 100\n');
  });

  test('that differ by less than the rounding are written in full', async () => {
    const close = new Float64Array([10, 10 + 1e-11, 10 + 2e-11, 10 + 3e-11]);
    for (const { id } of writers) expect([...(await readBack(id, { ...SCAN, twoThetaDeg: close }))[0]!.twoThetaDeg]).toEqual([...close]);
  });

  test('of uneven steps are listed in XRDML, those of an even raster are not', async () => {
    expect(textOf(await write('xrdml', SCAN))).not.toContain('listPositions');
    const uneven = new Float64Array([10, 10.02, 10.05, 10.06]);
    expect(textOf(await write('xrdml', { ...SCAN, twoThetaDeg: uneven }))).toContain('<listPositions>10 10.02 10.05 10.06<');
  });
});

describe('counts are never scaled', () => {
  const attenuated = { ...SCAN, liveS: new Float64Array([2.5, 2.5, 2.5, 0.125]) };

  test('an attenuator is a factor in XRDML and a shorter live time in powder CIF', async () => {
    expect(textOf(await write('xrdml', attenuated))).toMatch(/Factors>1 1 1 20<[\s\S]*>2.5<[\s\S]*<counts unit="counts">0 4 25 100</);
    expect(textOf(await write('pdcif', attenuated))).toContain('\n10.06 100 0.125\n');
  });

  test('live times longer than the nominal one are no attenuator', async () => {
    const longer = { ...SCAN, liveS: new Float64Array([2.5, 2.5, 2.5, 10]) };
    expect(textOf(await write('xrdml', longer))).toContain('<countingTimes unit="seconds">2.5 2.5 2.5 10<');
  });

  test('XYE gives the Poisson error, of an empty point that of one photon', async () => {
    expect(textOf(await write('xye', SCAN))).toContain('\n10 0 1\n10.02 4 2\n10.04 25 5\n10.06 100 10\n');
  });

  test('the error of a rate follows from the live time', async () => {
    const rate = { ...SCAN, unit: 'cps' as const, counts: SCAN.counts.map((count) => count / 2.5) };
    expect(textOf(await write('xye', rate))).toContain('\n10.06 40 4\n');
  });

  test('XYE of intensities without statistics is refused', async () => {
    await expect(write('xye', { ...SCAN, unit: 'arbitrary' })).rejects.toMatchObject({
      code: 'badInput',
      message: expect.stringMatching(/errors are not known/),
    });
  });
});

describe('what is lost is said', () => {
  test('XY: what it holds in comments only', async () => {
    const { lost } = await write('xy', { ...SCAN, radiation: DOUBLET, sampleName: 'quartz', liveS: new Float64Array([1, 1, 2, 1]) });
    expect(lost).toEqual([
      'XY does not keep the live time, the anode and the sample name',
      expect.stringContaining('several lines in comments only'),
      expect.stringContaining('do not show the rates'),
    ]);
  });

  test('nothing, where nothing is lost', async () => {
    const bare = { ...SCAN, stepTimeS: null };
    for (const { id } of writers) expect((await write(id, bare)).lost).toEqual([]);
    expect((await write('xrdml', { ...SCAN, radiation: DOUBLET, sampleName: 'quartz', status: 'Completed' })).lost).toEqual([]);
  });

  test('XRDML: further lines and further sample names', async () => {
    const lines = [...DOUBLET.lines, { wavelengthA: 1.392, weight: 0.01 }];
    const { lost } = await write('xrdml', { ...SCAN, radiation: { anode: 'Cu', lines }, sampleName: 'a' }, { ...SCAN, sampleName: 'b' });
    expect(lost).toEqual([expect.stringContaining('two strongest lines'), expect.stringContaining('one sample name')]);
  });
});

describe('names', () => {
  test('with quotes, brackets and line ends come back as one line', async () => {
    const sampleName = `it's "a" <b> & ]]>\n c' d" e`;
    for (const id of ['xrdml', 'pdcif'])
      expect((await readBack(id, { ...SCAN, sampleName }))[0]!.sampleName).toBe(`it's "a" <b> & ]]> c' d" e`);
  });

  test('that speak of wavelengths are not taken for one', async () => {
    expect((await readBack('xy', { ...SCAN, sampleName: 'wavelength 1.234 test' }))[0]!.radiation).toBeNull();
  });
});

describe('the writer is chosen', () => {
  test('by the ending or by its id', () => {
    expect(chooseWriter('/tmp/a.b/Scan.XRDML', null).id).toBe('xrdml');
    expect(chooseWriter('scan.cif', 'XY').id).toBe('xy');
  });

  test('and otherwise the choice is named', () => {
    expect(() => chooseWriter('scan', null)).toThrow(
      expect.objectContaining({ code: 'badInput', remedy: expect.stringContaining('xye (.xye)') }),
    );
    expect(() => chooseWriter('scan.xy', 'raw')).toThrow(/no format "raw" is written/);
  });
});
