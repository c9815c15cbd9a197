import { afterEach, expect, test } from '@jest/globals';
import type { ScanCommand } from '../../src/domain/scan.ts';
import { type FaultScene, faultScene, scanOf } from '../support/fault-scene.ts';
import { proveFaults } from '../support/matrix/prove-faults.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';

/** Faults, most of them of the cabinet and the instrument's computer, on the wires whose own tests do not have them. */
const folders = temporaryFolders('ewald-cabinet-');
let open: FaultScene | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
  folders.clear();
});

interface Expected {
  readonly outcome: RegExp;
  readonly why?: RegExp;
  readonly where?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly command?: Partial<ScanCommand>;
}

/** Whoever sees it first says it: the driver by what it hears, the guard by data that turn red. */
const stopped: Expected = { outcome: /^(unsafe|deviceFault)$/ };
const noBeam: Expected = { outcome: /^unsafe$/, why: /no beam|beam has changed/ };
const cutResult: Expected = { outcome: /^deviceFault$/, why: /cut the scan short/ };
const noResult: Expected = { outcome: /^deviceFault$/, why: /no result came/ };
const stuck: Expected = { outcome: /^unsafe$/, why: /safe state is not confirmed/ };
const gone: Expected = { outcome: /^(unsafe|link)$/ };
/** The wire tells nothing of the shutter: the scan is good, and it is the cabinet that ends the beam. */
const untold: Expected = { outcome: /^whole$/ };
const fromStart: Expected = { outcome: /^whole$/, where: 'atS: 0' };

const closedShutter = { where: 'atS: 0', options: { how: 'closed' } };
const LONG = { range: { fromDeg: 20, toDeg: 50 }, pointCount: 1501, dwellS: 50 };

const cases: [wire: string, fault: string, expected: Expected][] = [
  ['mqtt', 'water-alarm', stopped],
  ['mqtt', 'high-voltage-alarm', stopped],
  ['mqtt', 'shutter-stuck', stuck],
  ['mqtt', 'stale-safety', { outcome: /^unsafe$/, why: /stale/, command: LONG }],
  ['mqtt', 'stale-safety', { outcome: /^unsafe$/, why: /stale/, options: { how: 'repeated' }, command: LONG }],
  ['mqtt', 'emergency-stop', stopped],
  ['mqtt', 'shutter-stuck', { outcome: /^deviceFault$/, why: /did not open/, ...closedShutter }],
  ['mqtt', 'shutter-misread', untold],
  ['mqtt', 'clock-jump', untold],
  ['mqtt', 'half-open-link', gone],
  ['daco-mp', 'emergency-stop', stopped],
  ['daco-mp', 'shutter-stuck', { outcome: /^unsafe$/, why: /told to be open/, ...closedShutter }],
  ['daco-mp', 'shutter-misread', { outcome: /^unsafe$/, why: /safe state is not confirmed/ }],
  ['daco-mp', 'shutter-misread', { outcome: /^unsafe$/, options: { shows: 'closed' } }],
  ['daco-mp', 'busy-port', { outcome: /^busy$/, why: /port of the instrument is busy/ }],
  ['daco-mp', 'axis-stall', { outcome: /^deviceFault$/, why: /was sent to .* and stands at/, where: 'atS: 0' }],
  ['daco-mp', 'power-cycle', { outcome: /^(deviceFault|unsafe|garbled)$/ }],
  ['daco-mp', 'stale-reply', { outcome: /^whole$/, options: { to: 'ST', replies: 2 } }],
  ['aeris', 'emergency-stop', cutResult],
  ['aeris', 'shutter-stuck', { outcome: /^deviceFault$/, why: /there is no .*xrdml/, ...closedShutter }],
  ['aeris', 'stale-reply', { outcome: /^whole$/, options: { to: '@STATUS', replies: 2 } }],
  ['bruker-lablims', 'emergency-stop', noResult],
  ['bruker-lablims', 'shutter-stuck', { ...noResult, ...closedShutter }],
  ['bruker-lablims', 'lost-command', { ...noResult, where: 'atS: 0' }],
  ['huber-mythen', 'emergency-stop', { outcome: /^unsafe$/ }],
  ['huber-mythen', 'shutter-stuck', { ...noBeam, ...closedShutter }],
  ['huber-mythen', 'axis-stall', { outcome: /^deviceFault$/, why: /was sent to .* and stands at/, where: 'atS: 0' }],
  ['huber-mythen', 'power-cycle', { outcome: /^deviceFault$/ }],
  ['huber-mythen', 'frame-overflow', { outcome: /^whole$/ }],
  ['huber-mythen', 'stale-reply', { outcome: /^whole$/, options: { to: '-get status', replies: 2 } }],
  ['huber-mythen', 'stale-reply', { outcome: /^whole$/, options: { to: '?s1', replies: 2 } }],
  ['daco-mp', 'shutter-stuck', stuck],
  ['daco-mp', 'crash', gone],
  ['aeris', 'generator-trip', cutResult],
  ['aeris', 'water-alarm', cutResult],
  ['aeris', 'high-voltage-alarm', cutResult],
  ['aeris', 'shutter-stuck', untold],
  ['aeris', 'crash', gone],
  ['aeris', 'clock-jump', fromStart],
  ['bruker-lablims', 'generator-trip', noResult],
  ['bruker-lablims', 'water-alarm', noResult],
  ['bruker-lablims', 'high-voltage-alarm', noResult],
  ['bruker-lablims', 'shutter-stuck', untold],
  ['bruker-lablims', 'local-control', noResult],
  ['bruker-lablims', 'crash', noResult],
  ['bruker-lablims', 'clock-jump', fromStart],
  ['huber-mythen', 'door-opens', noBeam],
  ['huber-mythen', 'generator-trip', noBeam],
  ['huber-mythen', 'water-alarm', noBeam],
  ['huber-mythen', 'high-voltage-alarm', noBeam],
  ['huber-mythen', 'local-control', stopped],
  ['huber-mythen', 'crash', gone],
  ['huber-mythen', 'shutter-stuck', noBeam],
  ['huber-mythen', 'threshold-drift', fromStart],
  ['daco-mp', 'half-reply', fromStart],
  ['aeris', 'half-reply', fromStart],
  ['huber-mythen', 'half-open-link', { outcome: /^unsafe$/, why: /stale/, where: 'atS: 30' }],
];

test.each(cases)('%s: %s', async (wire, fault, { outcome, why = /^/, where = 'atPoint: 20', options = {}, command }) => {
  const scene = await faultScene(wire, `- { fault: ${fault}, ${where}, options: ${JSON.stringify(options)} }`, folders.make());
  open = scene;
  const asked = { ...scene.command, ...command };
  const result = await scanOf({ ...scene, command: asked });
  expect(result.outcome).toMatch(outcome);
  expect(result.message).toMatch(why);
  if (result.outcome === 'whole') expect(result.points).toBe(asked.pointCount);
  proveFaults(scene.simulator);
  expect(scene.notes.filter(({ kind }) => kind === 'execution').length).toBeLessThanOrEqual(1);
  expect(scene.notes.filter((note) => note['unsafe'] === true)).toEqual([]);
  // Where the shutter is worked by hand nobody else can end the beam.
  const { shutter, generatorOn } = scene.simulator.device.circuitState();
  if (wire !== 'huber-mythen') expect(shutter === 'open' && generatorOn).toBe(false);
});
