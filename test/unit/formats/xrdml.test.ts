import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'formats', 'xrdml');
const textOf = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');
const read = (text: string) => readRecordedFile(new TextEncoder().encode(text), 'a.xrdml');
const refusal = (text: string): Promise<unknown> => read(text).catch((error: unknown) => error);

const RAW = textOf('raw-counts-attenuated-2.1.xrdml');
const CORRECTED = textOf('corrected-intensities-1.5.xrdml');
const COUNTS = [40, 44, 60, 300, 950, 120, 1000, 310, 62, 45, 41];

describe('xrdml', () => {
  test('what the header says comes across', async () => {
    const scan = (await read(RAW)).scans[0]!;
    expect(scan).toMatchObject({
      unit: 'counts',
      stepTimeS: 2.5,
      radiation: {
        anode: 'Cu',
        lines: [
          { wavelengthA: 1.540598, weight: 1 },
          { wavelengthA: 1.544426, weight: 0.5 },
        ],
      },
      sampleName: 'made & mixed',
      startedAt: '2030-01-02T03:04:05+00:00',
      endedAt: '2030-01-02T03:06:05+00:00',
      status: 'Completed',
      apertureDeg: 5.542,
      radiusMm: 145,
      scanAxis: 'Gonio',
    });
    expect([scan.twoThetaDeg[0], scan.twoThetaDeg[5], scan.twoThetaDeg[10]]).toEqual([30, 30.25, 30.5]);
  });

  test('raw counts stay raw: the attenuator shortens the live time', async () => {
    const scan = (await read(RAW)).scans[0]!;
    expect([...scan.counts]).toEqual(COUNTS);
    expect([...scan.liveS!]).toEqual(COUNTS.map((_, i) => (i === 5 ? 2.5 / 20 : 2.5)));
    expect(scan.attenuationApplied).toBe(false);
  });

  test('corrected intensities are brought back to the same raw counts', async () => {
    const corrected = (await read(CORRECTED)).scans[0]!;
    expect([...corrected.counts]).toEqual(COUNTS);
    expect(corrected.liveS).toEqual((await read(RAW)).scans[0]!.liveS);
    expect(corrected.attenuationApplied).toBe(true);
  });

  test('intensities that no whole count explains are arbitrary', async () => {
    const file = await read(CORRECTED.replace('>40 44', '>40.3 44'));
    expect(file.scans[0]).toMatchObject({ unit: 'arbitrary', liveS: null });
    expect(file.warnings).toEqual([expect.stringContaining('no whole counts')]);
  });

  test('several scans: lists of positions and times, scans over other axes left out, the aborted one told', async () => {
    const file = await read(textOf('several-scans-2.3.xrdml'));
    expect(file.scans).toHaveLength(2);
    expect([...file.scans[0]!.twoThetaDeg]).toEqual([30, 30.1, 30.15, 30.3, 30.36]);
    expect(file.scans[0]).toMatchObject({ stepTimeS: null, liveS: new Float64Array([1, 1, 4, 1, 1]) });
    expect(file.scans[1]!.status).toBe('Aborted');
    expect(file.warnings).toEqual([
      'scan 2 is left out: it does not run over 2theta',
      'scan 3 has the status "Aborted" and may stop short',
    ]);
  });

  test.each([
    ['no second line', /<kAlpha2.*<\/kAlpha2>/, '', [1]],
    ['a ratio of zero', '0.5000', '0.0000', [1]],
    ['another ratio', '0.5000', '0.4800', [1, 0.48]],
  ])('lines of a file with %s', async (_what, from, to, weights) => {
    expect((await read(RAW.replace(from, to))).scans[0]!.radiation!.lines.map((line) => line.weight)).toEqual(weights);
  });

  test('a file without wavelengths has no radiation', async () => {
    expect((await read(RAW.replace(/<usedWavelength.*<\/usedWavelength>/, ''))).scans[0]!.radiation).toBeNull();
  });

  test('a prefix of the namespace does not matter', async () => {
    const prefixed = RAW.replace(/<(\/?)([a-zA-Z])/g, '<$1x:$2').replace('xmlns=', 'xmlns:x=');
    expect((await read(prefixed)).scans).toEqual((await read(RAW)).scans);
  });

  test.each([
    ['UTF-8 with a byte order mark', new TextEncoder().encode(`\ufeff${RAW}`)],
    ['UTF-16 with a byte order mark', new Uint8Array(Buffer.from(`\ufeff${RAW}`, 'utf16le'))],
    ['UTF-16 without one', new Uint8Array(Buffer.from(RAW, 'utf16le'))],
    ['UTF-16 with the high byte first', new Uint8Array(Buffer.from(`\ufeff${RAW}`, 'utf16le').swap16())],
  ])('%s reads as plain UTF-8 does', async (_what, bytes) => {
    expect(await readRecordedFile(bytes, 'a.xrdml')).toEqual(await read(RAW));
  });

  test('an unmarked scan time leaves the live time unknown', async () => {
    const file = await read(textOf('several-scans-2.3.xrdml').replace('<countingTimes unit="seconds">1 1 4 1 1</countingTimes>', ''));
    expect(file.scans[0]).toMatchObject({ stepTimeS: null, liveS: null });
  });

  test.each([
    ['cut short', RAW.slice(0, -40), /XML is damaged/],
    ['with entities', RAW.replace('?>', '?><!DOCTYPE x [<!ENTITY a "aaaa">]>'), /document type or entities/],
    ['with a word among the counts', RAW.replace('>40 44', '>40 x'), /"x" stands where a number should/],
    ['with fewer attenuation factors', RAW.replace('>1.00 1.00', '>1.00'), /10 attenuation factors do not fit the 11 points/],
    ['with too few times', textOf('several-scans-2.3.xrdml').replace('1 1 4 1 1', '1 1 4'), /3 counting times do not fit the 5 points/],
    ['with too few positions', textOf('several-scans-2.3.xrdml').replace('30.10 30.15', '30.15'), /4 angles but 5 intensities/],
    ['with falling angles', RAW.replace('30.50', '29.50'), /does not increase/],
    ['with no scan', RAW.replace(/<scan [\s\S]*<\/scan>/, ''), /no scan over 2theta/],
    ['over another axis only', RAW.replace('axis="2Theta"', 'axis="Omega"'), /no scan over 2theta: scan 1/],
    ['with an impossible wavelength', RAW.replace('1.5405980', '15405.98'), /no wavelength/],
    ['in radians', RAW.replace('unit="deg">', 'unit="rad">').replace('unit="deg"><start', 'unit="rad"><start'), /"rad"/],
  ])('refuses a file %s', async (_what, text, message) => {
    const error = await refusal(text);
    expect(error).toMatchObject({ name: 'EwaldError', code: 'badInput', subject: 'a.xrdml', message: expect.stringMatching(message) });
  });
});
