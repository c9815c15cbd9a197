import { loadReferences } from '../../models/references/load-references.ts';
import { lookAlikes } from '../../models/references/look-alikes.ts';

/** Prints the pairs of a reference space that X-rays can hardly tell apart: npx tsx test/suites/look-alikes.ts SPACE [LEAST_SIMILARITY] */
const [space = 'solid-state-precursors', least] = process.argv.slice(2);
for (const { phaseIds, similarity } of lookAlikes(loadReferences(space), least === undefined ? undefined : Number(least)))
  process.stdout.write(`${similarity.toFixed(4)} ${phaseIds.join(' ')}\n`);
