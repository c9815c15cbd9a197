import type { Violation } from './arrow.ts';
import { findViolations } from './find-violations.ts';
import { readSources, type SourceFacts } from './read-source.ts';

/** One forbidden thing: files that are added to the list for the moment, and the arrow that must be reported. */
interface Plant {
  readonly files: Readonly<Record<string, string>>;
  readonly from: string;
  readonly to: string;
}

/** A file that holds one wrong import. */
function wrongImport(from: string, specifier: string, to: string, clause = '{ planted }'): Plant {
  return { files: { [from]: `import ${clause} from '${specifier}';\nexport const used = planted;\n` }, from, to };
}

/** A file that uses a global of the machine. */
function wrongGlobal(from: string, expression: string, to: string): Plant {
  return { files: { [from]: `export const planted = () => ${expression};\n` }, from, to };
}

const NAME = 'planted-by-self-test';

/** One plant of each forbidden kind. None of them is ever written to the tree. */
export const plants: readonly Plant[] = [
  wrongImport(`src/domain/${NAME}.ts`, '../analysis/merge-scans.ts', 'src/analysis/merge-scans.ts'),
  wrongImport(`src/domain/${NAME}.ts`, 'rxjs', 'rxjs'),
  wrongImport(`src/domain/${NAME}.ts`, 'node:fs', 'node:fs'),
  wrongImport(`src/diffraction/${NAME}.ts`, 'node:fs', 'node:fs'),
  wrongImport(`src/diffraction/${NAME}.ts`, '../analysis/fit-data.ts', 'src/analysis/fit-data.ts'),
  wrongImport(`src/diffraction/${NAME}.ts`, '../ports/runtime.ts', 'src/ports/runtime.ts'),
  wrongImport(`src/analysis/${NAME}.ts`, '../loop/context.ts', 'src/loop/context.ts', 'type { planted }'),
  wrongImport(`src/analysis/${NAME}.ts`, 'node:fs', 'node:fs'),
  wrongImport(`src/ports/${NAME}.ts`, '../analysis/fit-data.ts', 'src/analysis/fit-data.ts', 'type { planted }'),
  wrongImport(`src/formats/${NAME}.ts`, 'node:fs', 'node:fs'),
  wrongImport(`src/formats/${NAME}.ts`, '../diffraction/cell.ts', 'src/diffraction/cell.ts'),
  wrongImport(`src/store/${NAME}.ts`, '../loop/context.ts', 'src/loop/context.ts'),
  wrongImport(`src/safety/${NAME}.ts`, '../../drivers/mqtt/driver.ts', 'drivers/mqtt/driver.ts'),
  wrongImport(`src/loop/${NAME}.ts`, '../../drivers/registry.ts', 'drivers/registry.ts'),
  wrongImport(`src/loop/${NAME}.ts`, '../store/sqlite-run-store.ts', 'src/store/sqlite-run-store.ts'),
  wrongImport(`src/report/${NAME}.ts`, '../store/sqlite-run-store.ts', 'src/store/sqlite-run-store.ts'),
  wrongImport(`src/report/${NAME}.ts`, '../loop/run.ts', 'src/loop/run.ts'),
  wrongImport(`src/service/${NAME}.ts`, '../loop/machine.ts', 'src/loop/machine.ts'),
  wrongImport(`src/service/${NAME}.ts`, '../../drivers/registry.ts', 'drivers/registry.ts'),
  wrongImport(`src/dashboard/${NAME}.ts`, '../analysis/fit-data.ts', 'src/analysis/fit-data.ts'),
  wrongImport(`src/app/${NAME}.ts`, '../../simulators/broker.ts', 'simulators/broker.ts'),
  wrongImport(`src/app/${NAME}.ts`, '../../test/support/manual-runtime.ts', 'test/support/manual-runtime.ts'),
  wrongImport(`src/app/bench-${NAME}.ts`, '../../test/support/manual-runtime.ts', 'test/support/manual-runtime.ts'),
  wrongImport('src/app/commands.ts', '../../simulators/broker.ts', 'simulators/broker.ts'),
  {
    files: { [`src/app/${NAME}.ts`]: `export const planted = new URL('../../simulators/broker.ts', import.meta.url);\n` },
    from: `src/app/${NAME}.ts`,
    to: 'simulators/broker.ts',
  },
  {
    files: {
      [`src/app/${NAME}.ts`]: `import { planted } from './commands.ts';\nexport const used = planted;\n`,
      'src/app/commands.ts': `export const planted = () => import('./simulate.ts');\n`,
      'src/app/simulate.ts': `export { planted } from '../../simulators/broker.ts';\n`,
    },
    from: `src/app/${NAME}.ts`,
    to: 'simulators/broker.ts',
  },
  wrongImport(`config/${NAME}.ts`, '../policies/registry.ts', 'policies/registry.ts'),
  wrongImport(`drivers/mqtt/${NAME}.ts`, '../../src/loop/run.ts', 'src/loop/run.ts'),
  wrongImport(`drivers/mqtt/${NAME}.ts`, '../../simulators/broker.ts', 'simulators/broker.ts'),
  wrongImport(`drivers/mqtt/${NAME}.ts`, 'mqtt', 'mqtt', 'planted'),
  wrongImport(`drivers/transport/${NAME}.ts`, 'mqtt', 'mqtt', 'planted'),
  wrongImport(`simulators/${NAME}.ts`, 'serialport', 'serialport'),
  wrongImport(`src/store/${NAME}.ts`, 'onnxruntime-node', 'onnxruntime-node'),
  wrongImport(`src/app/${NAME}.ts`, 'xstate', 'xstate'),
  wrongImport(`policies/${NAME}.ts`, 'node:fs', 'node:fs'),
  wrongImport(`policies/${NAME}.ts`, '../models/preprocess.ts', 'models/preprocess.ts'),
  wrongGlobal(`policies/${NAME}.ts`, 'Date.now()', 'Date'),
  wrongGlobal(`policies/${NAME}.ts`, 'Math.random()', 'Math.random'),
  wrongGlobal(`src/loop/${NAME}.ts`, 'setTimeout(() => undefined, 1)', 'setTimeout'),
  wrongGlobal(`src/analysis/${NAME}.ts`, "process.env['HOME']", 'process'),
  wrongImport(`models/${NAME}.ts`, '../drivers/registry.ts', 'drivers/registry.ts'),
  wrongImport(`models/${NAME}.ts`, '../src/store/sqlite-run-store.ts', 'src/store/sqlite-run-store.ts'),
  wrongImport(`simulators/${NAME}.ts`, '../drivers/mqtt/driver.ts', 'drivers/mqtt/driver.ts'),
  wrongImport(`simulators/${NAME}.ts`, '../src/loop/run.ts', 'src/loop/run.ts'),
  wrongImport(`simulators/${NAME}.ts`, '../models/preprocess.ts', 'models/preprocess.ts'),
  {
    files: { [`src/loop/${NAME}.ts`]: `export const planted = (name: string) => import(name);\n` },
    from: `src/loop/${NAME}.ts`,
    to: 'name',
  },
  {
    files: { [`src/domain/${NAME}.ts`]: `export type Planted = import('../loop/context.ts').RunContext;\n` },
    from: `src/domain/${NAME}.ts`,
    to: 'src/loop/context.ts',
  },
  {
    files: { [`policies/${NAME}.ts`]: `export const planted = new URL('../simulators/main.ts', import.meta.url);\n` },
    from: `policies/${NAME}.ts`,
    to: 'simulators/main.ts',
  },
  {
    files: { [`src/${NAME}/planted.ts`]: `export const planted = 1;\n` },
    from: `src/${NAME}/planted.ts`,
    to: `src/${NAME}/planted.ts`,
  },
  // A package that has its one place already, imported in a second one.
  ...['serialport', 'onnxruntime-node'].map((name): Plant => {
    const home = name === 'serialport' ? 'drivers/transport' : 'models';
    const line = `import { planted } from '${name}';\nexport const used = planted;\n`;
    return { files: { [`${home}/a-${NAME}.ts`]: line, [`${home}/zz-${NAME}.ts`]: line }, from: `${home}/zz-${NAME}.ts`, to: name };
  }),
];

export interface SelfTest {
  readonly planted: number;
  readonly caught: number;
  /** What was reported of the plants, and what was missed. */
  readonly violations: readonly Violation[];
  readonly missed: readonly Plant[];
}

/** Plants one wrong file after another in a copy of the list, and asks for each whether it is found. */
export function selfTest(tree: ReadonlyMap<string, SourceFacts>, known: readonly Violation[]): SelfTest {
  const violations: Violation[] = [];
  const missed: Plant[] = [];
  const before = new Set(known.map(keyOf));
  for (const plant of plants) {
    const found = findViolations(new Map([...tree, ...readSources(new Map(Object.entries(plant.files)))]));
    const caught = found.find((one) => one.from === plant.from && one.to === plant.to && !before.has(keyOf(one)));
    if (caught) violations.push(caught);
    else missed.push(plant);
  }
  return { planted: plants.length, caught: violations.length, violations, missed };
}

function keyOf({ from, to, rule }: Violation): string {
  return `${from} -> ${to}: ${rule}`;
}
