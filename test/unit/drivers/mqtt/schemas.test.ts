import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { wireSchemas } from '../../../../docs/make-schemas.ts';

const folder = new URL('../../../../docs/schemas/', import.meta.url);

test('the published schemas are those of the code (else run: npx tsx docs/make-schemas.ts)', () => {
  const expected = wireSchemas();
  expect(readdirSync(folder).sort()).toEqual([...expected.keys()].sort());
  for (const [name, text] of expected) expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text);
});

test('the examples of docs/wire-mqtt.md keep the published schemas', () => {
  const page = readFileSync(new URL('../wire-mqtt.md', folder), 'utf8');
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => JSON.parse(match[1]!));
  const ajv = new Ajv2020();
  const check = (name: string) => ajv.compile(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));
  const [command, chunk] = examples;
  expect(check('command')(command)).toBe(true);
  expect(check('command-scan')(command.body)).toBe(true);
  expect(check('chunk')(chunk)).toBe(true);
  expect(check('chunk')({ ...chunk, counts: [0.5] })).toBe(false);
});
