import { describe, expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';

const read = (text: string) => readRecordedFile(new TextEncoder().encode(text), 'a');
const cif = (time: string) =>
  `data_a\n_pd_meas_step_count_time ${time}\nloop_\n_pd_meas_2theta_scan\n_pd_meas_counts_total\n10 1\n11 2\n12 3\n`;
const xrdml = (factor: string) =>
  `<xrdMeasurements><xrdMeasurement><scan><dataPoints><positions axis="2Theta" unit="deg"><startPosition>10</startPosition><endPosition>12</endPosition></positions>` +
  `<beamAttenuationFactors>1 1 ${factor}</beamAttenuationFactors><counts>1.5 2 1e300</counts></dataPoints></scan></xrdMeasurement></xrdMeasurements>`;

describe('whatever the format', () => {
  test('a time beyond all numbers is refused', async () => {
    expect((await read(cif('2'))).scans[0]!.stepTimeS).toBe(2);
    await expect(read(cif('1e999'))).rejects.toMatchObject({ code: 'badInput', subject: 'a' });
  });

  test('an intensity that its factor lifts beyond all numbers is refused', async () => {
    expect((await read(xrdml('10'))).scans[0]!.counts[2]).toBe(1e301);
    await expect(read(xrdml('1e300'))).rejects.toMatchObject({ code: 'badInput', message: expect.stringMatching(/intensity of point 3/) });
  });

  test.each([
    ['tag', `<xrdMeasurements><${'x'.repeat(5000)}></y></xrdMeasurements>`],
    ['word', `title\nBANK 1 12 12 ${'C'.repeat(5000)} 3000 5 0 0 FXYE\n3000 31 5\n`],
  ])('a refusal is one sentence, however long the damaged %s', async (_what, text) => {
    const error: unknown = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'badInput' });
    expect((error as Error).message.length).toBeLessThan(410);
  });
});
