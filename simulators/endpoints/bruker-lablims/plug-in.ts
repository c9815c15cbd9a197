import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NOTHING_TO_REACH } from '../../faults/fault.ts';
import { profileFor } from '../../instrument-profile.ts';
import type { Endpoint, EndpointPlugIn, EndpointSetup } from '../endpoint.ts';
import { ReplyGate } from '../reply-gate.ts';
import { ResultShelf } from '../result-shelf.ts';
import { watchOver } from '../watch.ts';
import { WireScans } from '../wire-scans.ts';
import { asciiResult } from './ascii-result.ts';
import { Station } from './station.ts';

/** How often the measuring computer looks into its folder, in instrument s (domain-facts 5.3), and at most so often by the wall. */
const LOOK_S = 5;
const LOOK_MIN_MS = 25;

/** A Bruker D8 behind the LabLims hand-off of files. */
export const brukerLabLimsPlugIn: EndpointPlugIn = {
  id: 'bruker-lablims',
  title: 'Bruker D8 by job and result files (docs/wire-bruker-lablims.md)',
  help: { folder: 'where Job.xml and ScanParams.txt are looked for; results come into Results/ in it; without it a temporary folder' },
  profile: (_options, specimen, instrumentId) => ({
    ...profileFor('strip', specimen, instrumentId),
    title: 'simulated D8 with a strip detector',
  }),
  make,
};

async function make({ options, device, specimen, clock, log, random, journal }: EndpointSetup): Promise<Endpoint> {
  const stopping = new AbortController();
  const bootMs = clock.nowMs();
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'ewald-lablims-'));
  mkdirSync(folder, { recursive: true });
  const chance = random.fork('earlier');
  const counts = Array.from({ length: 501 }, () => chance.poisson(40));
  const earlier = asciiResult(
    { twoThetaDeg: counts.map((_, i) => 15 + i * 0.02), counts, liveS: counts.map(() => 1) },
    new Date(bootMs - 4_000_000).toISOString(),
  );
  const shelf = new ResultShelf(join(folder, 'Results'), () => earlier, clock, stopping.signal);
  const gate = new ReplyGate(clock, stopping.signal);
  const station = new Station({
    admits: (job) => gate.admits(job),
    folder,
    device,
    scans: new WireScans(device, specimen),
    shelf,
    journal,
    bootMs,
    onFailure: (why) => log.warn('a job was given up', { why }),
  });
  const everyMs = Number.isFinite(device.clock.spanS(1)) ? (LOOK_S * 1000) / device.clock.declaredSpeed : 0;
  let nextMs = 0;
  const look = (): void => {
    if (clock.monotonicMs() < nextMs) return;
    nextMs = clock.monotonicMs() + Math.max(LOOK_MIN_MS, everyMs);
    station.look();
  };
  const stop = (): void => stopping.abort();
  return {
    address: () => ({ url: pathToFileURL(folder).href, folder, results: shelf.folder, clockSpeed: device.clock.steadySpeed() }),
    reach: { ...NOTHING_TO_REACH, commands: gate, results: shelf, stamps: shelf, textResults: shelf },
    open: async () => {
      void watchOver(device, clock, stopping.signal, look);
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
