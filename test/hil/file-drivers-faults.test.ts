import { afterEach, describe, expect, test } from '@jest/globals';
import { asEwaldError } from '../../src/domain/errors.ts';
import { type FaultScene, faultScene } from '../support/fault-scene.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

/** The drivers behind their guard against the simulated Aeris and D8, with one fault each. */
const folders = temporaryFolders('ewald-file-faults-');
let open: FaultScene | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
  folders.clear();
});

type Wire = 'aeris' | 'bruker-lablims';

interface Expected {
  /** `whole`, or the code of the error. */
  readonly outcome: string;
  readonly why?: RegExp;
  readonly executions?: number;
}

const whole: Expected = { outcome: 'whole' };
const at = (fault: string, options: Record<string, unknown> = {}, where = 'atS: 0') =>
  `- { fault: ${fault}, ${where}, options: ${JSON.stringify(options)} }\n`;

const both: [name: string, schedule: string, expected: Expected][] = [
  ['partial result', at('partial-result'), { outcome: 'deviceFault', why: /cut off/ }],
  ['result in two goes', at('partial-result', { forWallS: 0.15 }), whole],
  ['late result', at('late-result', { byWallS: 0.4 }), whole],
  ['missing result', at('missing-result'), { outcome: 'deviceFault', why: /no result came|there is no .*xrdml/ }],
  ['result held for a while', at('locked-result', { forWallS: 0.3 }), whole],
  ['result held for ever', at('locked-result'), { outcome: 'deviceFault', why: /another program holds/ }],
  ['door', at('door-opens', {}, 'atPoint: 50'), { outcome: 'deviceFault', why: /cut|with \d+ of \d+|ended without|there is no|no result/ }],
];

const cases: [wire: Wire, name: string, schedule: string, expected: Expected][] = [
  ...(['aeris', 'bruker-lablims'] as const).flatMap((wire) => both.map((line): [Wire, ...typeof line] => [wire, ...line])),
  ['aeris', 'result of an earlier job', at('stale-result'), whole],
  ['bruker-lablims', 'result of an earlier job', at('stale-result'), whole],
  ['bruker-lablims', 'two results', at('double-result'), { outcome: 'deviceFault', why: /two results/ }],
  ['aeris', 'a second result under another name', at('double-result'), whole],
  ['bruker-lablims', 'decimal commas', at('decimal-comma'), whole],
  ['aeris', 'lost reply to MEASURE', at('lost-reply', { to: '@SAMPLE@MEASURE' }), whole],
  ['aeris', 'late reply to MEASURE', at('late-reply', { to: '@SAMPLE@MEASURE', byWallS: 1 }), whole],
  ['aeris', 'garbled reply to MEASURE', at('garbled-reply', { to: '@SAMPLE@MEASURE' }), whole],
  ['aeris', 'foreign reply to MEASURE', at('foreign-reply', { to: '@SAMPLE@MEASURE' }), whole],
  ['aeris', 'lost MEASURE', at('lost-command', { to: '@SAMPLE@MEASURE' }), { outcome: 'timeout', why: /never began/, executions: 0 }],
  ['aeris', 'lost reply to ADD', at('lost-reply', { to: '@SAMPLE@ADD' }), whole],
  ['aeris', 'lost ADD', at('lost-command', { to: '@SAMPLE@ADD' }), whole],
  ['aeris', 'lost reply to REMOVE', at('lost-reply', { to: '@SAMPLE@REMOVE' }), whole],
  ['aeris', 'lost status', at('lost-reply', { to: '@STATUS', replies: 3 }, 'atS: 20'), whole],
  ['aeris', 'garbled status', at('garbled-reply', { to: '@STATUS', replies: 3 }, 'atS: 20'), whole],
  ['aeris', 'cut status', at('garbled-reply', { to: '@STATUS', replies: 3, how: 'cut' }, 'atS: 20'), whole],
  ['aeris', 'repeated status', at('repeated-reply', { to: '@STATUS', replies: 9 }), whole],
  ['aeris', 'foreign status', at('foreign-reply', { to: '@STATUS', replies: 2 }), whole],
  ['aeris', 'half-open link for a moment', at('half-open-link', { forWallS: 0.5 }, 'atS: 30'), whole],
  // What is not known to be safe is not safe: the guard ends the scan, and nothing can be stopped over a dead link.
  ['aeris', 'dead link', at('half-open-link', {}, 'atS: 30'), { outcome: 'unsafe', why: /stale.*not at rest/ }],
  [
    'aeris',
    'local control',
    at('local-control', {}, 'atPoint: 50'),
    { outcome: '(unsafe|deviceFault)', why: /stale|cut short|with \d+ of|there is no/ },
  ],
  ['aeris', 'ready while measuring', at('ready-while-measuring'), whole],
  ['aeris', 'fatal', at('fatal-reply'), { outcome: 'refused', why: /fatal/i, executions: 0 }],
  ['aeris', 'missing sample', at('missing-sample'), { outcome: 'refused', why: /no sample in place 1/, executions: 0 }],
];

describe('drivers whose results are files, under faults', () => {
  test.each(cases)('%s: %s', async (as, _name, schedule, { outcome, why = /^whole$/, executions = 1 }) => {
    open = await faultScene(as, schedule, folders.make());
    const { instrument, simulator, notes, command } = open;
    const angles: number[] = [];
    const ended = await new Promise<{ code: string; message: string }>((resolve) => {
      instrument.scan(command).subscribe({
        next: (chunk) => angles.push(...chunk.twoThetaDeg),
        error: (error) => resolve(asEwaldError(error)),
        complete: () => resolve({ code: 'whole', message: 'whole' }),
      });
    });
    expect(`${ended.code}: ${ended.message}`).toMatch(new RegExp(`^${outcome}: `));
    expect(ended.message).toMatch(why);
    if (outcome === 'whole') expect(angles).toHaveLength(command.pointCount);
    expect(notes.filter(({ kind }) => kind === 'execution')).toHaveLength(executions);
    expect(notes.filter((note) => note['unsafe'] === true)).toEqual([]);
    proveFaults(simulator);
  });
});
