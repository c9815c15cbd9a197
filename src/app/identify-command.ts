import { camObjection, checkMaps, withCamChecks } from '../analysis/cam-honesty.ts';
import { type Comparison, compareRivals } from '../analysis/compare-rivals.ts';
import { examineScan } from '../analysis/scan-quality.ts';
import { withFindings } from '../analysis/silence-answer.ts';
import type { Identification } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import { parseRadiation } from '../formats/radiation-names.ts';
import { identifyResultOf } from '../report/identify-result.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { describeInput } from './describe-input.ts';
import { identifyText } from './identify-text.ts';
import { addKnowledgeOptions, type KnowledgeOptions, readKnowledge } from './knowledge-options.ts';
import { DEFAULT_MODEL, identifyMethods, type OpenIdentifier } from './open-identifier.ts';
import { parseMethod, wholeNumber } from './option-values.ts';
import { checkRadiation, readInstrument } from './read-instrument.ts';
import { type ReadPattern, readPattern } from './read-pattern.ts';
import { findingWarnings, toldWarnings } from './told-text.ts';
import { writeNamedFile } from './write-named-file.ts';

/** Draws the self-contained HTML page of one identified pattern. */
export type IdentifyReport = (input: {
  readonly file: string;
  readonly pattern: Pattern;
  /** With the regions where rivals disagree. */
  readonly identification: Identification;
  readonly comparison: Comparison;
  readonly modelSha256: string;
  readonly generatedAtMs: number;
}) => string;

export interface IdentifyOptions extends KnowledgeOptions {
  readonly scan?: string;
  readonly radiation?: string;
  readonly model: string;
  readonly method: string;
  readonly report?: string;
  readonly instrument?: string;
}

/** As in the loop: the published threshold, and windows no narrower than one finds worth a visit. */
const MIN_WINDOW_DEG = 5;
const MAP_DIFFERENCE = 0.25;

export function makeIdentifyCommand(openIdentifier: OpenIdentifier, drawReport: IdentifyReport | null = null): CommandPlugin {
  return {
    name: 'identify',
    register(program, execute) {
      const command = program
        .command('identify')
        .description('name the phases of one measured pattern')
        .argument('<file>', 'a recorded pattern')
        .option('--scan <n>', 'which scan of a file that holds several, counted from 0')
        .option('--radiation <name>', 'CuKa12, CuKa1, ... or wavelengths in angstrom; goes before what the file says')
        .option('--model <id>', 'id or folder of the model', DEFAULT_MODEL)
        .option('--method <name>', identifyMethods.join(', '), 'hybrid')
        .option('--instrument <file>', 'the instrument file of the diffractometer, as ewald calibrate writes it');
      addKnowledgeOptions(command);
      if (drawReport) command.option('--report <file>', 'write a self-contained HTML page');
      command.action((file: string, options: IdentifyOptions) =>
        execute('identify', (environment) => identifyFile(file, options, environment, openIdentifier, drawReport)),
      );
    },
  };
}

/** Throws badInput for the file and the options, 'model' for the identifier. */
export async function identifyFile(
  file: string,
  options: IdentifyOptions,
  { runtime }: Pick<Environment, 'runtime'>,
  openIdentifier: OpenIdentifier,
  drawReport: IdentifyReport | null,
): Promise<Outcome> {
  const method = parseMethod(options.method);
  const radiation = options.radiation === undefined ? null : parseRadiation(options.radiation);
  const read = await readPattern(file, {
    scanIndex: options.scan === undefined ? null : wholeNumber('--scan', options.scan, 0),
    radiation,
  });
  const { pattern } = read;
  const instrument = options.instrument === undefined ? null : readInstrument(options.instrument, runtime.clock.nowMs());
  if (instrument) checkRadiation(instrument.calibration, pattern.radiation, options.instrument!);
  const calibration = instrument?.calibration ?? null;
  const identifier = await openIdentifier({ id: options.model, method, knowledge: readKnowledge(options), calibration });
  try {
    const identification = withFindings(await identifier.identify(pattern), examineScan(pattern));
    const startMs = runtime.clock.monotonicMs();
    const limits = { fromDeg: pattern.twoThetaDeg[0]!, toDeg: pattern.twoThetaDeg.at(-1)! };
    const disagreement = { threshold: MAP_DIFFERENCE, minWindowDeg: MIN_WINDOW_DEG, limits };
    const comparison = await compareRivals(identifier, pattern, identification, disagreement);
    const checked = withCamChecks(identification, await checkMaps(identifier, pattern, identification, comparison.maps));
    const answer = { ...withExplainTime(checked, runtime.clock.monotonicMs() - startMs), disagreement: comparison.regions };
    const { modelSha256 } = identifier;
    if (drawReport && options.report !== undefined) {
      const page = { file, pattern, identification: answer, comparison, modelSha256, generatedAtMs: runtime.clock.nowMs() };
      writeNamedFile('--report', options.report, drawReport(page));
    }
    return {
      result: {
        input: describeInput(file, read.scanIndex, pattern),
        ...identifyResultOf(answer, modelSha256),
        instrumentFile: options.instrument ?? null,
        reportFile: options.report ?? null,
      },
      text: identifyText(file, answer),
      simulated: false,
      warnings: [
        ...warningsOf(read),
        ...findingWarnings(answer.scanFindings),
        ...(instrument?.warnings ?? []),
        ...toldWarnings(answer),
        ...camWarnings(answer),
      ],
    };
  } finally {
    await identifier.close();
  }
}

function withExplainTime(identification: Identification, ms: number): Identification {
  const { timingMs } = identification;
  return { ...identification, timingMs: { ...timingMs, explain: timingMs.explain + ms, total: timingMs.total + ms } };
}

function warningsOf({ warnings, pattern }: ReadPattern): { code: string; message: string }[] {
  const all = warnings.map((message) => ({ code: 'file', message }));
  if (pattern.unit === 'arbitrary')
    all.push({ code: 'noCounts', message: 'the intensities are not counts: probabilities and errors rest on an estimate of the noise' });
  return all;
}

function camWarnings({ candidates, threshold }: Identification): { code: string; message: string }[] {
  return candidates.flatMap((candidate) => {
    const message = camObjection(candidate, threshold);
    return message === null ? [] : [{ code: 'camCheck', message }];
  });
}
