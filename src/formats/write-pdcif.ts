import type { RecordedScan } from './format-reader.ts';
import type { FormatWriter } from './format-writer.ts';
import { angleTexts } from './number-text.ts';
import { oneLine } from './one-line.ts';
import { lostFacts } from './write-facts.ts';

const UNITS = { cps: 'counts per second', arbitrary: 'arbitrary' } as const;

/** Powder CIF (dictionary cif_pd 1.0): one data block for each scan, raw counts with the live time of each point beside them. */
export const pdCifWriter: FormatWriter = {
  id: 'pdcif',
  title: 'powder CIF',
  extensions: ['cif'],
  readBy: 'pdcif',
  holdsSeveral: true,
  write(scans) {
    const blocks = scans.map((scan, i) => blockText(scan, scans.length > 1 ? `scan_${i + 1}` : 'scan'));
    return { bytes: new TextEncoder().encode(`#\\#CIF_1.1\n${blocks.join('\n')}`), lost: lostOf(scans) };
  },
};

function blockText(scan: RecordedScan, name: string): string {
  const { radiation, liveS, stepTimeS, unit } = scan;
  const items: (readonly [string, string | null])[] = [
    ['_pd_spec_description', oneLine(scan.sampleName)],
    ['_pd_meas_datetime_initiated', oneLine(scan.startedAt)],
    ['_diffrn_source_target', radiation?.anode ?? null],
    ['_pd_instr_dist_spec/detc', scan.radiusMm === null ? null : String(scan.radiusMm)],
    ['_pd_meas_step_count_time', liveS === null && stepTimeS !== null ? String(stepTimeS) : null],
    ['_pd_meas_units_of_intensity', unit === 'counts' ? null : UNITS[unit]],
    ['_pd_meas_number_of_points', String(scan.counts.length)],
  ];
  const known = items.flatMap(([tag, value]) => (value === null ? [] : [`${tag} ${quoted(value)}`]));
  return [`data_${name}`, ...known, ...wavelengthLoop(scan), ...pointLoop(scan), ''].join('\n');
}

function wavelengthLoop({ radiation }: RecordedScan): string[] {
  if (!radiation) return [];
  const tags = ['_diffrn_radiation_wavelength_id', '_diffrn_radiation_wavelength', '_diffrn_radiation_wavelength_wt'];
  return ['loop_', ...tags, ...radiation.lines.map(({ wavelengthA, weight }, i) => `${i + 1} ${wavelengthA} ${weight}`)];
}

function pointLoop({ twoThetaDeg, counts, liveS, unit }: RecordedScan): string[] {
  const angles = angleTexts(twoThetaDeg);
  const tags = ['_pd_meas_2theta_scan', unit === 'counts' ? '_pd_meas_counts_total' : '_pd_meas_intensity_total'];
  if (!liveS) return ['loop_', ...tags, ...angles.map((angle, i) => `${angle} ${counts[i]}`)];
  return ['loop_', ...tags, '_pd_meas_step_count_time', ...angles.map((angle, i) => `${angle} ${counts[i]} ${liveS[i]}`)];
}

/** A value as CIF 1.1 wants it: bare where it is one plain word, else in quotes that it does not close itself, else as a text field. */
function quoted(value: string): string {
  if (/^[A-Za-z0-9+-][\w.:/+-]*$/.test(value) && !/^(data_|save_|loop_|global_|stop_)/i.test(value)) return value;
  if (!/'\s/.test(value)) return `'${value}'`;
  return /"\s/.test(value) ? `\n;${value}\n;` : `"${value}"`;
}

function lostOf(scans: readonly RecordedScan[]): string[] {
  const lost = lostFacts(scans, 'pdCIF', ['endedAt', 'status', 'aperture', 'scanAxis']);
  if (scans.some((scan) => scan.liveS !== null && scan.stepTimeS !== null))
    lost.push('pdCIF keeps the live times that an attenuator shortened, but not that it was an attenuator');
  return lost;
}
