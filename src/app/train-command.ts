import type { TrainRequest } from '../../models/training/begin-training.ts';
import { findPython, pythonPlaces } from '../../models/training/python.ts';
import { setUpTraining } from '../../models/training/setup.ts';
import { type TrainResult, trainBundle } from '../../models/training/train-bundle.ts';
import { badInput, EwaldError } from '../domain/errors.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { positive, wholeNumber } from './option-values.ts';

export interface TrainOptions {
  readonly out?: string;
  readonly space?: string;
  readonly members: string;
  readonly patterns?: string;
  readonly budgetMin?: string;
  readonly threads?: string;
  readonly seed: string;
  readonly resume?: boolean;
  readonly python?: string;
  readonly setup?: boolean;
}

export const trainCommand: CommandPlugin = {
  name: 'train',
  register(program, execute) {
    program
      .command('train')
      .description('train an ensemble on your own structures; the folder it makes can be named wherever a model is asked for')
      .argument('[cifs]', 'folder of CIF files, at any depth')
      .option('--out <folder>', 'folder of the bundle to be made')
      .option('--space <id>', 'train on the references of this space instead of a folder of CIF files')
      .option('--members <n>', 'networks in the ensemble', '5')
      .option('--patterns <n>', 'patterns that each network learns from (without --budget-min: 100000)')
      .option('--budget-min <minutes>', 'as many patterns as this time allows, measured at the start')
      .option('--threads <n>', 'processor cores to use (all where left out)')
      .option('--seed <n>', 'of the patterns and the networks', '1')
      .option('--resume', 'go on with the training that was stopped in --out, as it was begun')
      .option('--python <path>', 'a Python with torch, onnx and numpy (else EWALD_PYTHON, the one of --setup, python3)')
      .option('--setup', 'make the Python environment of the training, and do nothing else')
      .action((cifs: string | undefined, options: TrainOptions) => execute('train', (environment) => train(cifs, options, environment)));
  },
};

/** Throws badInput for options and structures, 'model' where Python or a step of the training fails, 'interrupted'. */
export async function train(cifs: string | undefined, options: TrainOptions, environment: Environment): Promise<Outcome> {
  const { progress, runtime } = environment;
  if (options.setup) {
    const python = await setUpTraining(options.python ?? 'python3', progress);
    return { result: { python }, text: `ewald train will use ${python}` };
  }
  const request = trainRequestOf(cifs, options);
  const python = findPython(pythonPlaces(options.python ?? null, process.env));
  progress(`${python.path}: torch ${python.torch}, onnx ${python.onnx}, ${python.hasCuda ? 'a graphics card' : 'no graphics card'}`);
  const signal = interruptible(environment.signal, request.bundleDir);
  const result = await trainBundle(request, { python, progress, nowMs: () => runtime.clock.monotonicMs(), signal });
  return { result: { ...result }, text: trainText(result), seed: request.seed, simulated: true, exitCode: result.selfTest.ok ? 0 : 5 };
}

/** Throws badInput naming the option. */
export function trainRequestOf(cifs: string | undefined, options: TrainOptions): TrainRequest {
  const { out, space, resume = false } = options;
  if (out === undefined) throw badInput('--out', 'it is not said where the model is to be written', 'add --out FOLDER');
  if (!resume && (cifs === undefined) === (space === undefined))
    throw badInput('train', 'name either a folder of CIF files or a --space', 'for example: ewald train my-cifs --out my-model');
  if (options.patterns !== undefined && options.budgetMin !== undefined)
    throw badInput('--budget-min', '--patterns and --budget-min exclude each other', 'leave one of the two out');
  return {
    from: cifs !== undefined ? { cifs } : space !== undefined ? { space } : null,
    bundleDir: out,
    members: wholeNumber('--members', options.members, 2),
    patterns: options.patterns === undefined ? null : wholeNumber('--patterns', options.patterns, 100),
    budgetMin: options.budgetMin === undefined ? null : positive('--budget-min', options.budgetMin),
    threads: options.threads === undefined ? null : wholeNumber('--threads', options.threads, 1),
    seed: wholeNumber('--seed', options.seed, 0),
    resume,
  };
}

/** The interrupt of the frame, with a reason that says how to go on. */
function interruptible(signal: AbortSignal, folder: string): AbortSignal {
  const own = new AbortController();
  const stop = () =>
    own.abort(
      new EwaldError(
        'interrupted',
        'train',
        'the training was interrupted; what was drawn and learnt is kept',
        `go on with: ewald train --resume --out ${folder}`,
      ),
    );
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return own.signal;
}

function trainText(result: TrainResult): string {
  const { bundleDir, modelId, phases, members, simulated, selfTest, memberSpread, learningCurve, wallS, cpuS, groups, skipped } = result;
  const f1 = simulated.microF1 === null ? 'undefined' : simulated.microF1.toFixed(3);
  return [
    `${modelId}: ${phases.length} phases, ${members.length} networks of ${members[0]?.patterns ?? 0} patterns each, in ${bundleDir}`,
    `F1 of the networks alone on ${simulated.patterns} simulated patterns with lattices strained by up to 3 %: ${f1}`,
    `learning curve (one network): ${learningCurve.map(({ patterns, microF1 }) => `${patterns} ${microF1.toFixed(3)}`).join(', ')}`,
    `self-test ${selfTest.ok ? 'passed' : 'FAILED'}, median spread of the members ${memberSpread.toPrecision(3)}`,
    ...groups.map((group) => `cannot be told apart by a powder pattern: ${group.join(', ')}`),
    ...skipped.map(({ file, reason }) => `left out ${file}: ${reason}`),
    `${Math.round(wallS)} s, ${Math.round(cpuS)} s of processor time; use it with: ewald identify SCAN --model ${bundleDir}`,
  ].join('\n');
}
