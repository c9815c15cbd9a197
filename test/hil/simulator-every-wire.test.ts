import { afterEach, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../simulators/endpoints/registry.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import { patientClock } from '../support/patient-clock.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const clock = patientClock();

interface Note {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const folders = temporaryFolders('ewald-every-wire-');
const running: RunningSimulator[] = [];

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
  folders.clear();
});

/** A scan on this wire's instrument that meets the fault at its point 50; the wire itself is left out of it. */
async function scanWith(as: string, fault: string): Promise<{ simulator: RunningSimulator; notes: Note[] }> {
  const notes: Note[] = [];
  const simulator = await runSimulator(
    { as, phases: [{ phaseId: 'MgO_225', height: 1 }], speed: 'max', seed: 3, folder: folders.make() },
    { log: silentLog, clock, faultSchedule: `- {fault: ${fault}, atPoint: 50}`, journal: (kind, fields) => notes.push({ kind, fields }) },
  );
  running.push(simulator);
  const { device } = simulator;
  if (device.profile.shutter === 'commanded') device.commandShutter('open');
  const mode = device.profile.capabilities.modes[0]!;
  const plan = { fromUdeg: 20e6, stepUdeg: 20_000, pointCount: 201, dwellNs: 1e9, mode };
  device.startScan({ requestId: 'x', attempt: 1, sampleId: 'sample-3', ...plan });
  for (let tries = 0; tries < 400 && device.scans.isRunning(); tries++) await clock.sleep(5);
  return { simulator, notes };
}

const ended = (notes: readonly Note[]) => notes.find(({ kind }) => kind === 'end')!.fields;

describe.each([...endpoints.keys()])('as %s', (as) => {
  test.each(['door-opens', 'generator-trip', 'water-alarm', 'crash'])('%s drops the shutter and ends the scan', async (fault) => {
    const { simulator, notes } = await scanWith(as, fault);
    expect(ended(notes)).toMatchObject({ completeness: 'cut-short' });
    expect(simulator.device.circuitState().shutter).toBe('closed');
    expect(simulator.faultRecords()[0]!.effects).toHaveLength(1);
    expect(notes.filter(({ kind, fields }) => kind === 'beam' && fields['unsafe'] === true)).toEqual([]);
    expect(notes.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
  });

  test.each(['local-control', 'high-voltage-alarm'])('%s ends the scan', async (fault) => {
    const { simulator, notes } = await scanWith(as, fault);
    expect(ended(notes)).toMatchObject({ completeness: 'cut-short' });
    expect(simulator.faultRecords()[0]!.effects).toHaveLength(1);
  });

  test('where the shutter sticks, the high voltage goes as soon as it should close', async () => {
    const { simulator } = await scanWith(as, 'shutter-stuck');
    if (simulator.device.profile.shutter === 'commanded') expect(simulator.device.commandShutter('closed')).toBe(false);
    expect(simulator.device.circuitState()).toMatchObject({ shutter: 'open', generatorOn: false });
  });
});
