import type { MatchMode } from '../analysis/score/match-phases.ts';
import { badInput } from '../domain/errors.ts';
import type { Identifier } from '../ports/identifier.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { type Selection, type SelectionOptions, selectLabels, selectScenes, withTag } from './evaluate-items.ts';
import { type EvaluationSource, evaluateResultOf } from './evaluate-result.ts';
import { evaluateText } from './evaluate-text.ts';
import { type IdentifiedItems, identifyItems, type Thinning } from './identify-items.ts';
import { addKnowledgeOptions, type KnowledgeOptions, readKnowledge } from './knowledge-options.ts';
import { readLabels } from './labels.ts';
import { demandLeavesOut, leaveOneOut } from './leave-one-out.ts';
import { DEFAULT_MODEL, type IdentifyMethod, identifyMethods, type OpenIdentifier } from './open-identifier.ts';
import { parseMethod, wholeNumber } from './option-values.ts';
import { openSuite } from './sim-suites.ts';
import { baselinesWording, demandHeeded } from './unheeded.ts';

export interface EvaluateOptions extends KnowledgeOptions {
  readonly tag?: string;
  readonly thin?: string;
  readonly repeats?: string;
  readonly seed: string;
  readonly match: string;
  readonly model: string;
  readonly method: string;
  readonly baselines?: string;
  readonly limit?: string;
  readonly leaveOneOut?: boolean;
}

interface Settings {
  readonly thinning: Thinning;
  readonly match: MatchMode;
  readonly method: IdentifyMethod;
  readonly baselines: readonly IdentifyMethod[];
  readonly selection: SelectionOptions;
  readonly leavesOneOut: boolean;
}

export function makeEvaluateCommand(openIdentifier: OpenIdentifier): CommandPlugin {
  return {
    name: 'evaluate',
    register(program, execute) {
      const command = program
        .command('evaluate')
        .description('score the identifier on labelled scans or on a frozen simulated suite')
        .argument('<labels>', 'a labels file, or sim:SUITE')
        .option('--tag <tag>', 'only patterns with this tag')
        .option('--thin <factor>', 'keep this share of the counts (0..1), drawn binomially')
        .option('--repeats <n>', 'draws of each thinned pattern')
        .option('--seed <n>', 'of the draws and of the intervals', '1')
        .option('--match <mode>', 'strict: by phase; group: phases that cannot be told apart count as one', 'strict')
        .option('--model <id>', 'id or folder of the model', DEFAULT_MODEL)
        .option('--method <name>', identifyMethods.join(', '), 'hybrid')
        .option('--baselines <names>', 'further methods to score, separated by commas')
        .option('--limit <n>', 'only the first n patterns')
        .option('--leave-one-out', 'ask again with each phase in turn left out of the library: is another one named in its place?');
      addKnowledgeOptions(command).action((labels: string, options: EvaluateOptions) =>
        execute('evaluate', (environment) => evaluate(labels, options, environment, openIdentifier)),
      );
    },
  };
}

/** Throws badInput for labels and options, 'model' for the identifier or a changed suite, 'interrupted'. */
export async function evaluate(
  target: string,
  options: EvaluateOptions,
  environment: Pick<Environment, 'runtime' | 'progress' | 'signal'>,
  openIdentifier: OpenIdentifier,
): Promise<Outcome> {
  const settings = parseOptions(options);
  const { thinning, match } = settings;
  const { source, select } = readTarget(target, settings.selection);
  const knowledge = readKnowledge(options);
  for (const method of settings.baselines) demandHeeded(method, { knowledge, calibration: null }, baselinesWording);
  const opened: Identifier[] = [];
  const open = async (method: IdentifyMethod): Promise<Identifier> => {
    const identifier = await openIdentifier({ id: options.model, method, knowledge });
    opened.push(identifier);
    return identifier;
  };
  try {
    // Whatever can be refused is refused before the first pattern: the patterns may take an hour.
    const identifier = await open(settings.method);
    const rivals = new Map<IdentifyMethod, Identifier>();
    for (const method of settings.baselines) rivals.set(method, await open(method));
    const { modelId, modelSha256, phaseIds } = identifier;
    const selection = await select(phaseIds);
    const leavesOneOut = settings.leavesOneOut || (thinning.factor === null && selection.items.some((item) => item.leftOutId !== null));
    if (leavesOneOut) demandLeavesOut(identifier);
    const answers = await identifyItems(identifier, selection.items, thinning, environment);
    const baselines = new Map<string, IdentifiedItems>();
    for (const [method, rival] of rivals) baselines.set(method, await identifyItems(rival, selection.items, thinning, environment));
    const leftOut = leavesOneOut ? await leaveOneOut(identifier, selection.items, environment) : null;
    const { skipped, unreadable } = selection;
    const result = evaluateResultOf({ source, modelId, modelSha256, phaseIds, match, thinning, skipped, answers, baselines, leftOut });
    return {
      result,
      text: evaluateText(target, result),
      seed: thinning.seed,
      simulated: source.suite !== null,
      warnings: unreadable.map((id) => ({ code: 'unreadable', message: `${id} could not be read and is not in the figures` })),
    };
  } finally {
    await Promise.all(opened.map((identifier) => identifier.close()));
  }
}

interface Target {
  readonly source: EvaluationSource;
  /** What counts for a model with these phases. */
  readonly select: (phaseIds: readonly string[]) => Promise<Selection>;
}

function readTarget(target: string, options: SelectionOptions): Target {
  if (target.startsWith('sim:')) {
    const { suite, scenes } = openSuite(target.slice('sim:'.length));
    const selection = selectScenes(scenes, options);
    return { source: { labelsSha256: null, suite: suite.suiteId, suiteSha256: suite.sha256 }, select: async () => selection };
  }
  const { labels, sha256 } = readLabels(target);
  const tagged = withTag(labels, target, options.tag);
  return {
    source: { labelsSha256: sha256, suite: null, suiteSha256: null },
    select: (phaseIds) => selectLabels(tagged, target, phaseIds, options),
  };
}

function parseOptions(options: EvaluateOptions): Settings {
  const factor = options.thin === undefined ? null : Number(options.thin);
  if (factor !== null && !(factor > 0 && factor <= 1))
    throw badInput('--thin', `--thin ${options.thin} is no share of the counts`, 'give a number above 0 and not above 1, such as 0.0625');
  if (factor === null && options.repeats !== undefined)
    throw badInput('--repeats', 'an unthinned pattern gives the same answer every time', 'add --thin, or leave --repeats out');
  if (options.match !== 'strict' && options.match !== 'group')
    throw badInput('--match', `there is no match '${options.match}'`, 'choose strict or group');
  if (factor !== null && options.leaveOneOut)
    throw badInput('--leave-one-out', 'leaving phases out is scored on whole patterns', 'leave --thin out, or --leave-one-out');
  const repeats = options.repeats === undefined ? 1 : wholeNumber('--repeats', options.repeats, 1);
  return {
    thinning: { factor, repeats, seed: wholeNumber('--seed', options.seed, 0) },
    match: options.match,
    leavesOneOut: options.leaveOneOut === true,
    method: parseMethod(options.method),
    baselines: options.baselines === undefined ? [] : options.baselines.split(',').map((name) => parseMethod(name.trim(), '--baselines')),
    selection: {
      tag: options.tag ?? null,
      isThinned: factor !== null,
      limit: options.limit === undefined ? null : wholeNumber('--limit', options.limit, 1),
    },
  };
}
