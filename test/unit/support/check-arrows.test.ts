import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findViolations } from '../../support/arrows/find-violations.ts';
import { loadTree } from '../../support/arrows/load-tree.ts';
import { readSource, readSources } from '../../support/arrows/read-source.ts';
import { roomOf } from '../../support/arrows/rooms.ts';
import { plants, selfTest } from '../../support/arrows/self-test.ts';

const tree = readSources(loadTree(join(import.meta.dirname, '..', '..', '..')));
const check = (files: Record<string, string>) => findViolations(readSources(new Map(Object.entries(files))));

test('the house has no wrong arrow', () => {
  expect(tree.size).toBeGreaterThan(100);
  expect(findViolations(tree).map(({ from, to, rule }) => `${from} -> ${to}: ${rule}`)).toEqual([]);
});

test('every planted arrow is caught', () => {
  const { planted, caught, missed } = selfTest(tree, findViolations(tree));
  expect(missed).toEqual([]);
  expect(caught).toBe(planted);
  expect(planted).toBe(plants.length);
});

describe('reading a source', () => {
  const facts = (text: string) => readSource('src/loop/a.ts', text);

  test('tells types from values', () => {
    const { arrows } = facts(`
      import type { A } from './a.ts';
      import { type B, type C } from '../domain/b.ts';
      import { type D, e } from './c.ts';
      import './effect.ts';
      export type { F } from './f.ts';
      export * from './g.ts';
      type H = import('./h.ts').H;
      const i = await import('node:fs');`);
    expect(arrows.map(({ to, typesOnly }) => `${to} ${typesOnly ? 'types' : 'values'}`)).toEqual([
      'src/loop/a.ts types',
      'src/domain/b.ts types',
      'src/loop/c.ts values',
      'src/loop/effect.ts values',
      'src/loop/f.ts types',
      'src/loop/g.ts values',
      'src/loop/h.ts types',
      'node:fs values',
    ]);
  });

  test('names a package without its path, and a file that is started', () => {
    const { arrows } = facts(
      `import a from '@scope/name/deep'; import b from 'name/deep'; new Worker(new URL('./w.ts', import.meta.url));`,
    );
    expect(arrows.map(({ to, kind }) => [to, kind])).toEqual([
      ['@scope/name', 'package'],
      ['name', 'package'],
      ['src/loop/w.ts', 'start'],
    ]);
  });

  test('ignores imports in comments and texts, and reports computed ones', () => {
    const { arrows, computed } = facts(`// import x from './x.ts'\nconst text = "import './y.ts'"; void import(text + '.ts');`);
    expect(arrows).toEqual([]);
    expect(computed).toEqual(["text + '.ts'"]);
  });

  test('sees the machine used, not its name borrowed', () => {
    expect([...facts('const at: Date = new Date(); Math.random();').globals]).toEqual(['Date', 'Math.random']);
    expect([...facts('const x = { process: 1 }; x.process; Math.max(1, 2);').globals]).toEqual([]);
  });
});

describe('rules', () => {
  test('a type may cross where a value may not', () => {
    expect(check({ 'src/diffraction/a.ts': `import type { RandomSource } from '../ports/runtime.ts';` })).toEqual([]);
    expect(check({ 'src/diffraction/a.ts': `import { b } from '../ports/runtime.ts';` })).toMatchObject([
      { from: 'src/diffraction/a.ts', to: 'src/ports/runtime.ts', rule: 'diffraction may import only types of ports' },
    ]);
  });

  test('a detour is reported with its way', () => {
    const [wrong] = check({
      'src/app/run.ts': `import './helper.ts';`,
      'src/app/helper.ts': `import '../../drivers/x/driver.ts';`,
      'drivers/x/driver.ts': `import '../../simulators/broker.ts';`,
      'simulators/broker.ts': '',
    }).filter(({ from }) => from === 'src/app/run.ts');
    expect(wrong).toMatchObject({
      to: 'simulators/broker.ts',
      rule: 'never reaches simulators: src/app/helper.ts -> drivers/x/driver.ts',
    });
  });

  test('the one home of a package is the one home', () => {
    expect(check({ 'drivers/transport/a.ts': `import 'mqtt';` })).toEqual([]);
    expect(check({ 'drivers/transport/a.ts': `import 'mqtt';`, 'drivers/transport/b.ts': `import 'mqtt';` })).toMatchObject([
      { from: 'drivers/transport/b.ts', to: 'mqtt', rule: 'mqtt is imported in one file: drivers/transport/a.ts' },
    ]);
  });
});

test.each([
  ['src/app/bench-physics.ts', 'app/bench'],
  ['src/app/main.ts', 'app/dispatch'],
  ['src/app/run.ts', 'app'],
  ['src/loop/run.ts', 'loop/run'],
  ['drivers/mqtt/protocol.ts', 'drivers/protocol'],
  ['drivers/mqtt/driver.ts', 'drivers'],
  ['models/references/index.ts', 'models/references'],
  ['elsewhere/a.ts', null],
])('%s is in the room %s', (path, room) => {
  expect(roomOf(path)).toBe(room);
});
