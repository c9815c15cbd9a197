import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRunStore } from '../store/sqlite-run-store.ts';
import { type Bench, benchResult } from './bench-command.ts';
import { readConfig } from './compose.ts';
import { runSeeds } from './run-seeds.ts';

const DEMO = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));

/** The demo over many samples, as fast as it goes: how often it accepts, and how often it is right then. */
export const benchDemo: Bench = {
  kind: 'demo',
  description: 'run the demo on many simulated samples and count right and wrong answers',
  addOptions: (program) => void program.option('--seeds <range>', 'one sample per seed', '1..40'),
  async run({ seeds }, environment) {
    const config = readConfig(DEMO);
    const folder = mkdtempSync(join(tmpdir(), 'ewald-bench-'));
    const store = openRunStore(folder);
    try {
      const fast = { ...config, simulator: { ...config.simulator, speed: 'max' } };
      const outcome = await runSeeds(fast, seeds ?? '1..40', store, environment);
      const summary = outcome.result['summary'] as { readonly n: number };
      return { ...outcome, result: benchResult('demo', summary.n, { summary, runs: outcome.result['runs'] }) };
    } finally {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
