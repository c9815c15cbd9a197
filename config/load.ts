import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { RunGoal } from '../src/domain/decision.ts';
import { badInput } from '../src/domain/errors.ts';
import { type Config, configSchema } from './schema.ts';

/** Something a config may name, with the schema of its options. */
export interface OptionalPlugin {
  readonly id: string;
  readonly optionsSchema: z.ZodType;
  readonly addressOptions?: Readonly<Record<string, string>>;
}

export interface PolicyPlugin extends OptionalPlugin {
  /** What stands against asking it this with these (valid) options. */
  objection(options: unknown, goal: RunGoal): { readonly option: string; readonly message: string } | null;
}

export interface Registries {
  readonly drivers: readonly OptionalPlugin[];
  readonly policies: readonly PolicyPlugin[];
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The config of the YAML text, validated and with its defaults. All faults are named at once, each with its line. Options that the
 * simulator fills in later (the driver's `addressOptions`) may be missing where there is a `simulator`.
 */
export function loadConfig(text: string, file: string, registries: Registries): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) throw badInput(file, `${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`, 'mend the YAML');
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  const faults: Fault[] = parsed.success ? [] : parsed.error.issues.map(({ path, message }) => ({ path, message }));
  const raw = (document.toJS() ?? {}) as {
    instrument?: { driver?: unknown; options?: unknown };
    policy?: { id?: unknown; options?: unknown };
    simulator?: unknown;
  };
  faults.push(
    ...pluginFaults(
      'driver',
      registries.drivers,
      raw.instrument?.driver,
      raw.instrument?.options,
      ['instrument'],
      raw.simulator !== undefined,
    ),
  );
  const policyFaults = raw.policy ? pluginFaults('id', registries.policies, raw.policy.id, raw.policy.options, ['policy'], false) : [];
  faults.push(...policyFaults);
  if (parsed.success && policyFaults.length === 0) faults.push(...objections(registries.policies, parsed.data));
  if (faults.length === 0 && parsed.success) return Object.freeze(parsed.data);
  const sentences = faults.map(
    ({ path, message }) => `${file}${lineOf(document.contents, path, lines)}: ${path.join('.') || '(whole file)'}: ${message}`,
  );
  throw badInput(file, sentences.join('\n'), faults.length === 1 ? 'mend this entry' : `mend these ${faults.length} entries`);
}

/** Options and a question that are each valid, and do not go together. */
function objections(policies: readonly PolicyPlugin[], { policy, goal }: Config): Fault[] {
  const objection = policies.find(({ id }) => id === policy.id)?.objection(policy.options, goal);
  return objection ? [{ path: ['policy', 'options', objection.option], message: objection.message }] : [];
}

function pluginFaults(
  key: string,
  plugins: readonly OptionalPlugin[],
  id: unknown,
  options: unknown,
  at: readonly string[],
  simulated: boolean,
): Fault[] {
  if (typeof id !== 'string') return [];
  const plugin = plugins.find((candidate) => candidate.id === id);
  if (!plugin)
    return [{ path: [...at, key], message: `'${id}' is unknown; there are: ${plugins.map((candidate) => candidate.id).join(', ')}` }];
  const filledIn = simulated ? Object.keys(plugin.addressOptions ?? {}) : [];
  const checked = plugin.optionsSchema.safeParse(options ?? {});
  if (checked.success) return [];
  return checked.error.issues
    .filter(({ path }) => !filledIn.includes(path.join('.')))
    .map(({ path, message }) => ({ path: [...at, 'options', ...path], message }));
}

function lineOf(root: Node | null, path: readonly PropertyKey[], lines: LineCounter): string {
  let node: unknown = root;
  let offset: number | undefined;
  for (const key of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (!pair) break;
    offset = (pair.key as Node).range?.[0];
    node = pair.value;
  }
  return offset === undefined ? '' : `:${lines.linePos(offset).line}`;
}
