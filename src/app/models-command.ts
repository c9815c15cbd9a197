import { checkModel } from '../../models/check-model.ts';
import { bundleDir, bundleNames } from '../../models/registry.ts';
import type { CommandPlugin, Outcome } from './command.ts';

export const modelsCommand: CommandPlugin = {
  name: 'models',
  register(program, execute) {
    const models = program.command('models').description('the identification models that are installed');
    models
      .command('check')
      .description('load a model and run its self-test')
      .argument('[model]', 'id or folder of the model', 'solid-state-precursors')
      .action((model: string) => execute('models check', () => check(model)));
    models
      .command('list')
      .description('list the models')
      .action(() =>
        execute('models list', async () => ({
          result: { models: bundleNames() },
          text: bundleNames().join('\n') || 'no model is installed',
        })),
      );
  },
};

async function check(model: string): Promise<Outcome> {
  const { modelId, selfTest } = await checkModel(bundleDir(model));
  const figures = `outputs within ${selfTest.maxAbsError.toExponential(1)} of those stored, median spread of the members ${selfTest.memberSpread.toPrecision(3)}, maps within ${selfTest.mapError.toExponential(1)} of the logits`;
  return {
    result: { modelId, selfTest },
    text: `${modelId}: ${selfTest.ok ? 'fit for use' : `NOT fit for use: ${selfTest.objection}`}\n${figures}`,
    exitCode: selfTest.ok ? 0 : 5,
  };
}
