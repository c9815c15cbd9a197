import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { commandBodies, replyBodies, wireMessages } from '../drivers/mqtt/protocol.ts';
import { instrumentSchema } from '../models/references/instrument-file.ts';

/** JSON schemas by file name: every message of the MQTT wire, the body of every command and reply, and the instrument file. */
export function wireSchemas(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const add = (name: string, schema: z.ZodType) =>
    files.set(`${name}.json`, `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`);
  for (const [name, schema] of Object.entries(wireMessages)) add(name, schema);
  for (const [verb, schema] of Object.entries(commandBodies)) add(`command-${verb}`, schema);
  for (const [verb, schema] of Object.entries(replyBodies)) add(`reply-${verb}`, schema);
  add('instrument', instrumentSchema);
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL('schemas/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of wireSchemas()) writeFileSync(new URL(name, folder), text);
}
