import { join } from 'node:path';
import type { ActivationMap } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import { activationMaps } from './activation-map.ts';
import { startInferenceWorker } from './inference-worker.ts';
import { brokenBundle, type Manifest, readBundleFile, readManifest } from './manifest.ts';
import { patternInput } from './preprocess.ts';
import { readReconstruction } from './reconstruction.ts';
import { type GraphOutputs, type GraphRunner, graphRunner, readMasks } from './run-graph.ts';
import { examine, objection, readStoredTest, type SelfTestReport } from './self-test.ts';
import type { Votes } from './voter.ts';
import { countVotes, type EnsembleVote } from './votes.ts';

export type { SelfTestReport } from './self-test.ts';
export type { EnsembleVote } from './votes.ts';

/** An ensemble of networks, loaded and tested. */
export interface Ensemble {
  readonly manifest: Manifest;
  /** `inputs`: [batch, 3, points]. Gives logits [batch, members, phases], untempered, and where asked maps [batch, members, phases, cells]. */
  run(inputs: Float32Array, withMaps?: boolean): Promise<GraphOutputs>;
  votes(pattern: Pattern): Promise<EnsembleVote & Pick<Votes, 'reconstruction'>>;
  /** Maps of every member for those of the phases that the model knows; `of` says what the pattern is. */
  maps(pattern: Pattern, phaseIds: readonly string[], of?: ActivationMap['of']): Promise<ActivationMap[]>;
  selfTest(): Promise<SelfTestReport>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** False leaves out the start-up self-test; the caller then runs it. */
  readonly selfTest: boolean;
}

/**
 * Loads a bundle into a worker thread and tests it. Fails with 'model' where a file is missing or not the one the manifest describes, or
 * where the outputs are not those stored at export, the members do not differ, or the maps do not sum to the logits.
 */
export async function openEnsemble(bundleDir: string, options: OpenOptions = { selfTest: true }): Promise<Ensemble> {
  const manifest = readManifest(bundleDir);
  const model = readBundleFile(bundleDir, manifest.onnx.file, manifest.onnx.sha256);
  const path = join(bundleDir, manifest.onnx.file);
  const stored = readStoredTest(bundleDir, manifest);
  const masks = readMasks(bundleDir, manifest);
  const reconstruct = readReconstruction(bundleDir, manifest);
  const worker = await startInferenceWorker({ model }, path);
  const phaseIds = manifest.phases.map(({ phaseId }) => phaseId);
  let runGraph: GraphRunner;
  try {
    runGraph = graphRunner(worker, manifest, masks, path);
  } catch (error) {
    await worker.close();
    throw error;
  }
  const run: Ensemble['run'] = (inputs, withMaps = false) => runGraph(inputs, withMaps);

  const ensemble: Ensemble = {
    manifest,
    run,
    async votes(pattern) {
      const input = patternInput(pattern, manifest.grid);
      const { logits } = await run(input);
      return {
        ...countVotes(logits, phaseIds, manifest.members.length, manifest.temperature),
        reconstruction: reconstruct?.(input) ?? null,
      };
    },
    async maps(pattern, wanted, of = 'measured') {
      const { maps } = await run(patternInput(pattern, manifest.grid), true);
      return activationMaps(maps!, manifest, wanted, pattern.radiation, of);
    },
    async selfTest() {
      const { logits, maps } = await run(stored.inputs, true);
      return examine(manifest, stored, logits, maps!);
    },
    close: () => worker.close(),
  };
  if (options.selfTest) {
    try {
      const reason = objection(await ensemble.selfTest());
      if (reason) throw brokenBundle(bundleDir, `the model failed its self-test: ${reason}`);
    } catch (error) {
      await worker.close();
      throw error;
    }
  }
  return ensemble;
}
