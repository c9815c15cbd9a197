import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { badInput } from '../../../src/domain/errors.ts';
import { NOTHING_TO_REACH } from '../../faults/fault.ts';
import { profileFor } from '../../instrument-profile.ts';
import { readText } from '../../load-specimen.ts';
import type { Endpoint, EndpointPlugIn, EndpointSetup } from '../endpoint.ts';
import { ReplyGate } from '../reply-gate.ts';
import { ResultShelf } from '../result-shelf.ts';
import { watchOver } from '../watch.ts';
import { WireScans } from '../wire-scans.ts';
import { answerAeris } from './answer.ts';
import { Cabinet, SLOTS } from './cabinet.ts';
import { readPrograms, usualPrograms } from './programs.ts';
import { exchangeServer } from './server.ts';
import { xrdmlResult } from './xrdml-result.ts';

/** The Panalytical Aeris: short exchanges over TCP, named programs, results as files. */
export const aerisPlugIn: EndpointPlugIn = {
  id: 'aeris',
  title: 'Panalytical Aeris over TCP, with results in a folder (docs/wire-aeris.md)',
  help: {
    host: 'where it listens (127.0.0.1)',
    port: '0 for any free one; the real instrument has 702 (0)',
    folder: 'where results appear; without it a temporary folder',
    programs: 'YAML list of {name, fromDeg, toDeg, stepDeg, dwellS} instead of the usual catalogue',
    slot: 'location of the sample, 1 (belt) to 6 (2)',
  },
  profile: (_options, specimen, instrumentId) => ({
    ...profileFor('strip', specimen, instrumentId),
    title: 'simulated Aeris with a strip detector',
  }),
  make,
};

async function make({ options, device, specimen, clock, log, random, journal }: EndpointSetup): Promise<Endpoint> {
  if (typeof options.port !== 'number')
    throw badInput('port', `--port ${options.port} is no port of a socket`, 'give a number, or 0 for any free one');
  if (!(SLOTS as readonly number[]).includes(options.slot))
    throw badInput('slot', `there is no slot ${options.slot}`, `choose one of ${SLOTS.join(', ')}`);
  const programs = options.programs === null ? usualPrograms() : readPrograms(readText(options.programs), options.programs);
  const stopping = new AbortController();
  const bootMs = clock.nowMs();
  let stampShiftMs = 0;
  const { apertureDeg } = device.profile.capabilities.cost;
  const textOf = (
    scan: Parameters<typeof xrdmlResult>[0],
    sampleId: string,
    startedS: number,
    endedS: number,
    whole: boolean,
  ): Promise<string> =>
    xrdmlResult(scan, {
      sampleId,
      radiation: specimen.radiation,
      apertureDeg,
      startedMs: bootMs + stampShiftMs + startedS * 1000,
      endedMs: bootMs + stampShiftMs + endedS * 1000,
      whole,
    });
  const chance = random.fork('earlier');
  const earlierCounts = Array.from({ length: 501 }, () => chance.poisson(40));
  const earlierScan = { twoThetaDeg: earlierCounts.map((_, i) => 15 + i * 0.02), counts: earlierCounts, liveS: earlierCounts.map(() => 1) };
  const earlier = await textOf(earlierScan, 'earlier-job', -4000, -3900, true);
  const shelf = new ResultShelf(options.folder ?? mkdtempSync(join(tmpdir(), 'ewald-aeris-')), () => earlier, clock, stopping.signal);
  const begun = new Map<string, number>();
  const cabinet = new Cabinet({
    device,
    scans: new WireScans(device, specimen),
    programs,
    signal: stopping.signal,
    slot: options.slot,
    onBegin: (sampleId) => {
      begun.set(sampleId, device.clock.nowS());
      shelf.begin(`${sampleId}.xrdml`);
    },
    onResult: (sampleId, scan, whole) => {
      const endedS = device.clock.nowS();
      stampShiftMs = shelf.stampMs(0);
      textOf(scan, sampleId, begun.get(sampleId) ?? endedS, endedS, whole)
        .then((text) => shelf.deliver({ name: `${sampleId}.xrdml`, text }))
        .then(
          () => journal('result', { atS: device.clock.nowS(), name: `${sampleId}.xrdml`, points: scan.counts.length, whole }),
          (error: unknown) => log.error('a result could not be written', { error: String(error) }),
        );
    },
    onFailure: (error) => log.warn('a measurement was given up', { error: String(error) }),
  });
  const gate = new ReplyGate(clock, stopping.signal);
  const server = exchangeServer(gate, (message) => {
    const reply = answerAeris(cabinet, message, !device.isLocal());
    if (message.startsWith('@SAMPLE@')) journal('word', { atS: device.clock.nowS(), word: message, answer: reply });
    return reply;
  });
  let port = options.port;
  const stop = (): void => {
    stopping.abort();
    server.close();
  };
  return {
    address: () => ({
      url: `tcp://${options.host}:${port}`,
      host: options.host,
      port,
      folder: shelf.folder,
      folderUrl: pathToFileURL(shelf.folder).href,
      slot: options.slot,
      programs: programs.length,
      clockSpeed: device.clock.steadySpeed(),
    }),
    reach: { ...NOTHING_TO_REACH, commands: gate, replies: gate, results: shelf, stamps: shelf, samples: cabinet },
    open: async () => {
      port = await server.listen(options.host, port);
      void watchOver(device, clock, stopping.signal);
    },
    vanish: () => {
      device.die();
      stop();
    },
    close: async () => {
      if (!stopping.signal.aborted) await device.shutDown('the simulator is being stopped');
      stop();
    },
  };
}
