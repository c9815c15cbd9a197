import { expect, test } from '@jest/globals';
import type { EndpointPlugIn } from '../../../simulators/endpoints/endpoint.ts';
import { endpoints } from '../../../simulators/endpoints/registry.ts';
import { type RunningSimulator, runSimulator, type SimulatorDeps } from '../../../simulators/main.ts';
import { wallClock } from '../../../simulators/wall-runtime.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import type { Diffractometer } from '../../../src/ports/diffractometer.ts';
import { diffractometerContract } from '../../contract/diffractometer.ts';
import { silentLog } from '../../unit/simulators/manual-clock.ts';
import { lineGoniometerEndpoint } from './endpoint.ts';
import { lineGoniometerDriver } from './plug-in.ts';
import { readCounts, readScan, readState } from './protocol.ts';

// What the registry line does where the instrument is a real one; the product itself does not offer this one.
(endpoints as Map<string, EndpointPlugIn>).set(lineGoniometerEndpoint.id, lineGoniometerEndpoint);

const SPEED = 500;
const runtime = { clock: wallClock, log: silentLog, random: seededRandom(1) };

function startInstrument(deps: SimulatorDeps): Promise<RunningSimulator> {
  const phases = [{ phaseId: 'MgO_225', height: 1 }];
  return runSimulator({ as: 'line-goniometer', phases, speed: SPEED }, { log: silentLog, ...deps });
}

function makeDriver(simulator: RunningSimulator): Diffractometer {
  const { host, port } = simulator.address();
  const times = { pollMs: 5, safetyValidMs: 1000, clockSpeed: SPEED };
  const options = { host, port, radiation: 'CuKa12', limits: { fromDeg: 5, toDeg: 140 }, simulated: true, ...times };
  return lineGoniometerDriver.make(options, runtime, { secret: () => undefined, readText: () => '' });
}

diffractometerContract('the example driver of the how-to page', async () => {
  const executed: unknown[] = [];
  const simulator = await startInstrument({ journal: (kind, { requestId }) => void (kind === 'execution' && executed.push(requestId)) });
  const made: Diffractometer[] = [];
  const make = () => {
    made.push(makeDriver(simulator));
    return made.at(-1)!;
  };
  return {
    instrument: make(),
    again: make,
    command: (requestId) => ({
      requestId,
      attempt: 1,
      sample: { sampleId: 'sample-1', slot: null },
      range: { fromDeg: 20, toDeg: 26 },
      stepDeg: 0.02,
      dwellS: 1,
      pointCount: 301,
      expectedS: 900,
      notAfterS: 1e9,
      how: { kind: 'step' },
    }),
    executions: (requestId, attempt) => executed.filter((name) => name === `${requestId}.${attempt}`).length,
    close: async () => {
      for (const driver of made) await driver.close();
      await simulator.close();
    },
  };
});

test('answers are read as the description of the wire has them', () => {
  expect(readState('state 12.500 on closed out on\n')).toEqual({
    timeS: 12.5,
    beamOn: true,
    doorOpen: false,
    stopPressed: false,
    tubeOn: true,
  });
  expect(readScan('scan cut 17 20.0000 0.0200 1.000 5.000 31.500\n')).toMatchObject({
    stage: 'cut',
    points: 17,
    stepDeg: 0.02,
    endedS: 31.5,
  });
  expect(readScan('none\n')).toBeNull();
  expect([...readCounts('counts 5 0 12\n', 3)]).toEqual([5, 0, 12]);
});

test.each(['counts 5 0 1', 'counts 5 0\n', 'counts 5 0 -1\n', 'no such thing\n', ''])(
  'the answer %j is no counts of three points',
  (reply) => {
    expect(() => readCounts(reply, 3)).toThrow(expect.objectContaining({ code: 'garbled' }));
  },
);
