import { readFileSync, writeFileSync } from 'node:fs';
import { drawSuite, FIRST_SCENES, hashScenes, readSuite, suiteIds } from '../../src/app/sim-suites.ts';

/** Writes the hashes of the scenes into the suite definitions. Every figure measured on the old scenes must be measured again. */
for (const suiteId of suiteIds()) {
  const suite = readSuite(suiteId);
  const scenes = drawSuite(suite);
  const frozen = { ...suite, sha256: hashScenes(scenes), firstScenesSha256: hashScenes(scenes.slice(0, FIRST_SCENES)) };
  const file = new URL(`./${suiteId}.json`, import.meta.url);
  const text = `${JSON.stringify(frozen, null, 2).replace(/\[\s+([\d., \n]+?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s+/g, ' ')}]`)}\n`;
  const isNew = readFileSync(file, 'utf8') !== text;
  if (isNew) writeFileSync(file, text);
  process.stdout.write(`${suiteId}: ${isNew ? 'frozen' : 'unchanged'} ${frozen.sha256}\n`);
}
