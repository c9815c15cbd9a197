import { type CifBlock, cifNumber, cifValue, parseCif } from '../domain/cif-syntax.ts';
import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { areCounts, checkPoints } from './check-points.ts';
import { decodeBeginning } from './decode-text.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { type CifProfile, cifProfile, spellings } from './pdcif-profile.ts';
import { anodeOf, cifRadiation } from './pdcif-radiation.ts';
import { requireText } from './require-text.ts';

const CALCULATED = /(^|[_|\s])calc(ulated)?($|[_|\s])/i;
const NAMES = ['_pd_spec_description', '_pd_phase_name', '_chemical_name_common', '_chemical_name_mineral', '_chemical_name_systematic'];

/** Powder CIF: every block with a measured pattern is a scan. The tags are those of the IUCr's powder dictionary (Toby, ITG chapter 3.3). */
export const pdcif: FormatReader = {
  id: 'pdcif',
  title: 'powder CIF',
  extensions: ['cif', 'pdcif', 'rtv'],
  mark: 'a CIF data block at the beginning',
  sniff: (bytes) => beginsWithBlock(decodeBeginning(bytes, 65536) ?? ''),
  read(bytes, fileName) {
    const blocks = parseCif(requireText(bytes, fileName));
    const warnings = new Set<string>();
    const profiles = blocks.flatMap((block) => {
      const profile = cifProfile(block, fileName);
      return profile ? [{ block, profile }] : [];
    });
    const measured = profiles.filter(({ block }) => !isCalculated(block));
    if (measured.length === 0) throw refusal(blocks, profiles.length > 0, fileName);
    if (measured.length < profiles.length) warnings.add('blocks that are named as calculated are left out');
    const elsewhere = onlyRadiation(blocks);
    const scans = measured.map(({ block, profile }) => scanOf(block, profile, elsewhere, fileName, warnings));
    if (blocks.some((block) => /neutron/i.test(probeOf(block)))) warnings.add('the file speaks of neutrons, not of X-rays');
    return { formatId: 'pdcif', scans, warnings: [...warnings] };
  },
};

/** Is the first line that is neither empty nor a comment the beginning of a block? */
function beginsWithBlock(text: string): boolean {
  const first = text.split(/\r\n|\n|\r/).find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return first !== undefined && /^\s*data_\S/i.test(first);
}

function isCalculated(block: CifBlock): boolean {
  return CALCULATED.test(block.name) || CALCULATED.test(cifValue(block, ...spellings('_pd_block_id')) ?? '');
}

function refusal(blocks: readonly CifBlock[], hasCalculated: boolean, fileName: string): Error {
  const has = (tag: string): boolean =>
    blocks.some((block) => spellings(tag).some((name) => block.columns.has(name) || block.values.has(name)));
  const give = 'give the CIF of the measured pattern, or the pattern in another format';
  if (has('_pd_meas_time_of_flight'))
    return badInput(fileName, 'the CIF holds a pattern over the time of flight', 'give a scan over 2theta at one wavelength');
  if (hasCalculated || has('_pd_calc_intensity_total'))
    return badInput(fileName, 'the CIF holds a calculated pattern only and no measured one', give);
  if (has('_atom_site_fract_x') || has('_atom_site_label') || has('_cell_length_a'))
    return badInput(fileName, 'the CIF holds a crystal structure and no measured pattern', give);
  return badInput(fileName, 'the CIF holds no measured pattern', give);
}

/** The radiation of the whole file, where its blocks agree: programs put it into a block of its own. */
function onlyRadiation(blocks: readonly CifBlock[]): RecordedScan['radiation'] {
  const found = blocks.flatMap((block) => cifRadiation(block, new Set()) ?? []);
  return found.length > 0 && found.every((radiation) => JSON.stringify(radiation.lines) === JSON.stringify(found[0]!.lines))
    ? found[0]!
    : null;
}

function scanOf(
  block: CifBlock,
  profile: CifProfile,
  elsewhere: RecordedScan['radiation'],
  fileName: string,
  warnings: Set<string>,
): RecordedScan {
  checkPoints(profile.twoThetaDeg, profile.intensity, fileName);
  const isCounted = profile.named === 'counts' && areCounts(profile.intensity);
  const isRate = !isCounted && /per second|cps|counts\/s/i.test(cifValue(block, ...spellings('_pd_meas_units_of_intensity')) ?? '');
  if (!isCounted && !isRate)
    warnings.add(`the intensities of the block ${block.name} are no whole counts by name and value: they are taken as arbitrary`);
  const times = profile.timesS;
  const isSteady = times?.every((time) => time === times[0]) ?? false;
  const radiation = cifRadiation(block, warnings) ?? elsewhere;
  const anode = anodeOf(block);
  if (!radiation && anode)
    warnings.add(`the file names the anode ${anode} but no wavelength: say what is left of the doublet with --radiation`);
  const radiusMm = cifNumber(cifValue(block, '_pd_instr_dist_spec/detc', '_pd_instr.dist_spec_detc'));
  return {
    ...BLANK_SCAN,
    unit: isCounted ? 'counts' : isRate ? 'cps' : 'arbitrary',
    twoThetaDeg: profile.twoThetaDeg,
    counts: profile.intensity,
    liveS: isSteady ? null : times,
    stepTimeS: isSteady ? times![0]! : null,
    radiation,
    sampleName: cifValue(block, ...NAMES.flatMap((name) => spellings(name)))?.trim() || block.name || null,
    startedAt: cifValue(block, ...spellings('_pd_meas_datetime_initiated')),
    radiusMm: radiusMm !== null && radiusMm > 0 ? radiusMm : null,
  };
}

function probeOf(block: CifBlock): string {
  return cifValue(block, '_diffrn_radiation_probe', '_diffrn_radiation.probe') ?? '';
}
