import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { endEveryEwald, ewald } from '../support/ewald-process.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';
import { EASY, runConfig, SEARCH } from '../support/virtual-lab.ts';

const TINY_BUNDLE = 'test/unit/models/fixtures/tiny-bundle';
/** Nobody listens there. */
const NO_BROKER = 'mqtt://127.0.0.1:9';

let folder: string;
let broker: TestBroker;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-bad-'));
  broker = await startTestBroker();
});

afterEach(() => endEveryEwald());

afterAll(async () => {
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const pattern = () => file('plain.xy', Array.from({ length: 200 }, (_, i) => `${(20 + i * 0.05).toFixed(2)} ${100 + (i % 7)}`).join('\n'));

/** A config whose instrument answers nowhere; the options go over it. */
function config(
  name: string,
  options: Readonly<Record<string, unknown>> = {},
  more: Partial<Parameters<typeof runConfig>[0]> = {},
): string {
  const address = { url: NO_BROKER, topicRoot: 'ewald/v1/lab/nobody', connectTimeoutMs: 500, openTimeoutMs: 500, ...options };
  return file(name, runConfig({ folder: join(folder, 'runs'), instrument: { driver: 'mqtt', options: address }, ...more }));
}

function tampered(): string {
  const bundle = join(folder, 'bundle');
  mkdirSync(bundle, { recursive: true });
  cpSync(TINY_BUNDLE, bundle, { recursive: true });
  const onnx = join(bundle, 'ensemble.onnx');
  const bytes = readFileSync(onnx);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(onnx, bytes);
  return bundle;
}

function emptyBundle(): string {
  const bundle = join(folder, 'empty-bundle');
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'manifest.json'), '{"schema":"ewald.model/1"}');
  return bundle;
}

/** Root may write everywhere but where the kernel forbids it. */
function readOnlyFolder(): string {
  if (process.getuid?.() === 0) return '/sys/ewald-runs';
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o555 });
  return join(closed, 'runs');
}

const XRDML = 'test/fixtures/formats/xrdml/several-scans-2.3.xrdml';
const NO_SYMMETRY = `data_x
_cell_length_a 4.2
_cell_length_b 4.2
_cell_length_c 4.2
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Mg 0 0 0
O 0.5 0.5 0.5
`;
const MANY_FAULTS = `instrument:
  driver: mqtt
  options: { url: ftp, topicRoot: 'a/#' }
goal:
  confidence: 95
  maxCycle: 3
policy: { id: oracle }
seed: -1
`;

type Case = readonly [what: string, args: () => readonly string[], exitCode: number, code: string, says: RegExp, remedy: RegExp];

const cases: readonly Case[] = [
  ['a file without a wavelength', () => ['identify', pattern()], 2, 'badInput', /wavelength|radiation/i, /--radiation/],
  ['an ambiguous wavelength', () => ['identify', pattern(), '--radiation', 'CuKa'], 2, 'badInput', /CuKa/, /CuKa12/],
  ['an unknown wavelength', () => ['identify', pattern(), '--radiation', 'XxKa1'], 2, 'badInput', /XxKa1/, /CuKa12/],
  ['a missing file', () => ['identify', join(folder, 'nowhere.xy')], 2, 'badInput', /nowhere\.xy/, /./],
  ['an empty file', () => ['identify', file('empty.xy', ''), '--radiation', 'CuKa12'], 2, 'badInput', /empty\.xy/, /./],
  [
    'a text of something else',
    () => ['identify', file('prose.xy', 'Dear Sir,\nno data here.\n'), '--radiation', 'CuKa12'],
    2,
    'badInput',
    /prose\.xy/,
    /./,
  ],
  [
    'a binary of something else',
    () => [
      'identify',
      file(
        'noise.raw',
        Uint8Array.from({ length: 999 }, (_, i) => (i * 151) % 256),
      ),
      '--radiation',
      'CuKa12',
    ],
    2,
    'badInput',
    /noise\.raw/,
    /./,
  ],
  ['a truncated file', () => ['identify', file('half.xrdml', readFileSync(XRDML).subarray(0, 1200))], 2, 'badInput', /half\.xrdml/, /./],
  ['a CIF without symmetry', () => ['phases', 'id', file('flat.cif', NO_SYMMETRY)], 2, 'badInput', /symmetry|space group/i, /./],
  ['no command', () => [], 2, 'badInput', /no command/, /ewald --help/],
  ['an unknown command', () => ['frobnicate'], 2, 'badInput', /frobnicate/, /ewald --help/],
  ['an unknown option', () => ['run', '--config', 'x.yaml', '--bogus'], 2, 'badInput', /--bogus/, /ewald run --help/],
  ['a run without a config', () => ['run'], 2, 'badInput', /--config/, /--help/],
  ['a missing config', () => ['run', '--config', join(folder, 'nowhere.yaml')], 2, 'badInput', /nowhere\.yaml/, /./],
  [
    'a config that is not YAML',
    () => ['run', '--config', file('broken.yaml', 'goal:\n  confidence: [0.9\n')],
    2,
    'badInput',
    /broken\.yaml:[23]/,
    /YAML/,
  ],
  [
    'a speed for a real instrument',
    () => ['run', '--config', config('real.yaml'), '--speed', '10'],
    2,
    'badInput',
    /--speed/,
    /leave --speed out/,
  ],
  [
    'seeds in the wrong order',
    () => ['run', '--config', file('s.yaml', runConfig({ folder, simulator: {} })), '--seeds', '3..1'],
    2,
    'badInput',
    /3\.\.1/,
    /--seeds/,
  ],
  [
    'a wrong option of the simulator',
    () => ['run', '--config', file('sim.yaml', runConfig({ folder: join(folder, 'runs'), simulator: { phases: EASY, detector: 'film' } }))],
    2,
    'badInput',
    /detector/,
    /docs\/simulator\.md/,
  ],
  [
    'a missing model',
    () => ['run', '--config', config('no-model.yaml', {}, { model: { id: 'phlogiston', method: 'hybrid' } })],
    2,
    'badInput',
    /phlogiston/,
    /./,
  ],
  [
    'unknown references',
    () => ['run', '--config', config('no-space.yaml', {}, { model: { ...SEARCH, id: 'phlogiston' } })],
    2,
    'badInput',
    /phlogiston/,
    /./,
  ],
  [
    'a tampered model',
    () => ['identify', pattern(), '--radiation', 'CuKa12', '--model', tampered()],
    5,
    'model',
    /ensemble\.onnx.*SHA-256/,
    /restore/,
  ],
  [
    'a model that is no model',
    () => ['identify', pattern(), '--radiation', 'CuKa12', '--model', emptyBundle()],
    5,
    'model',
    /manifest\.json/,
    /restore/,
  ],
  ['no broker', () => ['run', '--config', config('no-broker.yaml')], 4, 'link', /127\.0\.0\.1:9/, /./],
  ['no instrument', () => ['run', '--config', config('nobody.yaml', { url: broker.url })], 4, 'link', /ewald\/v1\/lab\/nobody/, /./],
  [
    'a missing password',
    () => ['run', '--config', config('pw.yaml', { passwordEnv: 'EWALD_NO_SUCH_SECRET' })],
    2,
    'badInput',
    /EWALD_NO_SUCH_SECRET/,
    /EWALD_NO_SUCH_SECRET/,
  ],
  [
    'a resume of an unknown run',
    () => ['run', '--config', config('resume.yaml'), '--resume', 'run-of-nobody'],
    2,
    'badInput',
    /run-of-nobody/,
    /--list/,
  ],
  [
    'a store that cannot be written',
    () => ['run', '--config', config('ro.yaml', {}, { folder: readOnlyFolder() })],
    5,
    'store',
    /runs/,
    /./,
  ],
];

test.each(cases)('%s ends in one document with the thing, the code and the remedy', async (_, args, exitCode, code, says, remedy) => {
  const document = await ewald(...args());
  expect(document).toMatchObject({ exitCode, error: { code }, result: null });
  expect(`${document.error.subject}: ${document.error.message}`).toMatch(says);
  expect(document.error.remedy).toMatch(remedy);
  expect(document.error.message).not.toMatch(/\[object|Error:/);
});

test('every fault of a config is named at once, each with its line', async () => {
  const { exitCode, error } = await ewald('run', '--config', file('faults.yaml', MANY_FAULTS));
  expect(exitCode).toBe(2);
  const lines: string[] = error.message.split('\n');
  for (const [line, path] of [
    [3, 'instrument.options.topicRoot'],
    [5, 'goal.confidence'],
    [7, 'policy.id'],
    [8, 'seed'],
  ])
    expect(lines.some((sentence) => sentence.includes(`faults.yaml:${line}: ${path}: `))).toBe(true);
  expect(lines.some((sentence) => sentence.includes('maxCycle'))).toBe(true);
  expect(error.remedy).toMatch(/these 5 entries/);
});
