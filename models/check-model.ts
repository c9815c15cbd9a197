import { openEnsemble } from './onnx-ensemble.ts';
import { objection } from './self-test.ts';

export interface ModelCheck {
  readonly modelId: string;
  readonly selfTest: {
    readonly ok: boolean;
    readonly maxAbsError: number;
    readonly memberSpread: number;
    readonly mapError: number;
    /** Why it may not be used; null where it may. */
    readonly objection: string | null;
  };
}

/** Loads a bundle and runs its self-test. Fails with 'model' where the files are missing, tampered with or cannot be loaded. */
export async function checkModel(bundleDir: string): Promise<ModelCheck> {
  const ensemble = await openEnsemble(bundleDir, { selfTest: false });
  try {
    const report = await ensemble.selfTest();
    const reason = objection(report);
    return { modelId: ensemble.manifest.modelId, selfTest: { ok: reason === null, ...report, objection: reason } };
  } finally {
    await ensemble.close();
  }
}
