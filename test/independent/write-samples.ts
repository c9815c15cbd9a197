/**
 * Writes the same scans in every format that Ewald writes, with their values as JSON, for check_written.py to compare with what other
 * programs read: `npx tsx test/independent/write-samples.ts FOLDER`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BLANK_SCAN } from '../../src/formats/blank-scan.ts';
import type { RecordedScan } from '../../src/formats/registry.ts';
import { writers } from '../../src/formats/writers.ts';

const POINTS = 400;
const FACTOR = 20;

const counts = new Float64Array(POINTS).map((_, i) => Math.round(50 + 9000 * Math.exp(-((i - 200) ** 2) / 50) + ((i * 37) % 23)));
const even: RecordedScan = {
  ...BLANK_SCAN,
  unit: 'counts',
  twoThetaDeg: new Float64Array(POINTS).map((_, i) => 20 + i * 0.02),
  counts,
  stepTimeS: 2.5,
  radiation: {
    anode: 'Cu',
    lines: [
      { wavelengthA: 1.540598, weight: 1 },
      { wavelengthA: 1.544426, weight: 0.5 },
    ],
  },
  sampleName: `quartz & "talc", 50 %`,
  startedAt: '2030-01-02T03:04:05+00:00',
  endedAt: '2030-01-02T03:20:45+00:00',
  status: 'Completed',
  radiusMm: 145,
  scanAxis: 'Gonio',
};
const scans: Readonly<Record<string, RecordedScan>> = {
  even,
  uneven: { ...even, twoThetaDeg: even.twoThetaDeg.map((angleDeg, i) => angleDeg + (i % 7) * 0.001) },
  attenuated: { ...even, liveS: counts.map((count) => (count > 5000 ? 2.5 / FACTOR : 2.5)) },
  timed: { ...even, stepTimeS: null, liveS: counts.map((_, i) => (i >= 180 && i < 220 ? 10 : 1)) },
};

const folder = process.argv[2] ?? '.';
mkdirSync(folder, { recursive: true });
for (const [name, scan] of Object.entries(scans)) {
  const { twoThetaDeg, liveS, stepTimeS, radiation, sampleName } = scan;
  const values = { twoThetaDeg: [...twoThetaDeg], counts: [...scan.counts], liveS: liveS && [...liveS], stepTimeS, radiation, sampleName };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(values));
  for (const writer of writers) {
    const file = `${name}.${writer.extensions[0]}`;
    writeFileSync(join(folder, file), (await writer.write([scan], file)).bytes);
  }
}
