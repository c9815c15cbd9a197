import { describe, expect, test } from '@jest/globals';
import { configSchema } from '../../../config/schema.ts';
import { openConfigured } from '../../../src/app/open-configured.ts';
import type { OpenIdentifier } from '../../../src/app/open-identifier.ts';
import { runSession } from '../../../src/app/run-session.ts';
import { badInput, EwaldError } from '../../../src/domain/errors.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { claims, environment, fakeIdentifier } from './fake-identifier.ts';

const { runtime, signal } = environment();
const configOf = (more: object = {}) => configSchema.parse({ instrument: { driver: 'mqtt' }, simulator: { as: 'nothing' }, ...more });
const asking = (phaseId: string) => configOf({ goal: { kind: 'confirm', phaseId } });
const failing =
  (error: unknown): OpenIdentifier =>
  async () => {
    throw error;
  };

describe('what a run needs before an instrument is looked for', () => {
  test('the phase that is asked about is called as the model calls it', async () => {
    const open: OpenIdentifier = async () => fakeIdentifier(['LiOH_129'], () => claims('LiOH_129'));
    expect((await openConfigured(asking('LiHO_129'), runtime, open)).goal).toMatchObject({ kind: 'confirm', phaseId: 'LiOH_129' });
    expect((await openConfigured(configOf(), runtime, open)).goal).toEqual(configOf().goal);
  });

  test('a phase that the model does not know is refused, and the model closed again', async () => {
    const identifier = fakeIdentifier(['LiOH_129', 'ZnO_186'], () => claims('ZnO_186'));
    await expect(openConfigured(asking('LiOH_14'), runtime, async () => identifier)).rejects.toMatchObject({
      code: 'badInput',
      subject: 'goal.phaseId',
      remedy: expect.stringContaining('LiOH_129'),
    });
    expect(identifier.isClosed()).toBe(true);
  });

  test('what is wrong with what was told is said in the words of the config', async () => {
    const told = badInput(
      '--internal-standard',
      'it is not among what --elements leaves',
      'bring it with --cif, mind the --holder-lines of --holder',
    );
    const opening = openConfigured(configOf(), runtime, failing(told));
    await expect(opening).rejects.toMatchObject({
      code: 'badInput',
      subject: 'sample.internalStandard',
      message: 'it is not among what sample.elements leaves',
      remedy: 'bring it with model.cifs, mind the sample.holderLinesDeg of sample.holder',
    });
    await expect(opening).rejects.toBeInstanceOf(EwaldError);
    const defect = new TypeError('x');
    await expect(openConfigured(configOf(), runtime, failing(defect))).rejects.toBe(defect);
  });

  test('no simulator is started for a question that cannot be answered', async () => {
    const config = configSchema.parse({ ...asking('ZnO_999'), model: { id: 'solid-state-precursors', method: 'nnls' } });
    const session = { config, runtime, store: memoryRunStore(), signal, runId: 'r', resume: false, onProgress: () => undefined };
    await expect(runSession(session)).rejects.toMatchObject({ subject: 'goal.phaseId' });
  });
});
