import { badInput } from '../../../src/domain/errors.ts';
import { Controller } from '../../controller.ts';
import { NOTHING_TO_REACH } from '../../faults/fault.ts';
import { Goniometer } from '../../goniometer.ts';
import type { AxisSetup } from '../../goniometer-axis.ts';
import { type InstrumentProfile, profileFor } from '../../instrument-profile.ts';
import type { SimulatorOptions } from '../../options.ts';
import type { Specimen } from '../../specimen.ts';
import type { Endpoint, EndpointPlugIn, EndpointSetup } from '../endpoint.ts';
import { type Line, PtyLine } from '../line.ts';
import { portLine } from '../port-line.ts';
import { ReplyGate } from '../reply-gate.ts';
import { watchOver } from '../watch.ts';
import { WireScans } from '../wire-scans.ts';
import { answerD8 } from './d8.ts';
import { answerD5000 } from './d5000.ts';
import { DacoMachine } from './machine.ts';
import { WordError } from './word-error.ts';
import { frame, WordReader } from './word-reader.ts';

/** An ENQ that comes so soon after a word belongs to it; a later one asks for the last answer again. Wall ms. */
const ENQ_BELONGS_MS = 50;

const AXES: readonly AxisSetup[] = [
  { axis: 1, limits: { fromDeg: -5, toDeg: 150 }, speedDegPerS: 5, markDeg: 0 },
  { axis: 2, limits: { fromDeg: -5, toDeg: 90 }, speedDegPerS: 5, markDeg: 0 },
  { axis: 3, limits: { fromDeg: -90, toDeg: 90 }, speedDegPerS: 5, markDeg: 0 },
  { axis: 4, limits: { fromDeg: -360, toDeg: 360 }, speedDegPerS: 10, markDeg: 0 },
];

/** The controller of the Siemens D5000 and, by an option, of the Bruker D8, on a serial line. */
export const dacoMpPlugIn: EndpointPlugIn = {
  id: 'daco-mp',
  title: 'Siemens D5000 (DACO-MP) or Bruker D8 on a serial line (docs/wire-daco-mp.md)',
  help: {
    port: 'path of a serial port to speak on; without it a pseudo-terminal is made',
    link: 'a further name for the pseudo-terminal, as a symbolic link',
    dialect: "'d5000' or 'd8' (d5000)",
    'min-dwell': 'scans with less s per step are refused with ?3; the D500 proxy refuses below 0.8 (0)',
    initialised: "'yes' or 'no': whether the axes know where they are at the start (yes)",
    detector: "'point' or 'strip' (point)",
  },
  profile,
  make,
};

function profile(options: SimulatorOptions, specimen: Specimen, instrumentId: string): InstrumentProfile {
  const base = profileFor(options.detector ?? 'point', specimen, instrumentId);
  const isFree = specimen.rasters === 'free';
  return {
    ...base,
    title: `simulated ${options.dialect.toUpperCase()} with a ${options.detector ?? 'point'} detector`,
    capabilities: {
      ...base.capabilities,
      stepDeg: isFree ? { min: 0.001, max: 5, rasterDeg: 0.001 } : base.capabilities.stepDeg,
      minWindowDeg: 0,
      modes: ['step', 'continuous'],
      cost: { ...base.capabilities.cost, perScanS: 0.5, perPointS: 0.4, shutterS: 0 },
    },
    shutter: 'commanded',
    chunk: { points: 64, wallMs: 50 },
  };
}

async function make(setup: EndpointSetup): Promise<Endpoint> {
  const { options, device, specimen, clock, log, journal } = setup;
  const { dialect } = options;
  const stopping = new AbortController();
  const goniometer = new Goniometer(AXES, options.initialised === 'yes', device.clock, journal);
  const controller = new Controller();
  const machine = new DacoMachine({
    device,
    goniometer,
    controller,
    scans: new WireScans(device, specimen),
    specimen,
    journal,
    minDwellS: options.minDwell,
  });
  const gate = new ReplyGate(clock, stopping.signal);
  const answer = dialect === 'd8' ? answerD8 : answerD5000;
  let isOpen = false;
  let last: { readonly word: string; readonly reply: Uint8Array; readonly atMs: number } | null = null;
  const reply = (word: string, bytes: Uint8Array): void => void gate.answer(word, bytes, (out) => isOpen && line.send(out));
  const reader = new WordReader(dialect, {
    word: (word) => {
      if (!isOpen || !gate.admits(word)) return;
      const text = obey(machine, answer, word);
      const bytes = frame(dialect, text);
      if (!word.startsWith('ST')) journal('word', { atS: device.clock.nowS(), word, answer: text.startsWith('?') ? text : 'ok' });
      log.debug('a word', { word, text });
      last = { word, reply: bytes, atMs: clock.monotonicMs() };
      reply(word, bytes);
    },
    enquiry: () => {
      if (!isOpen || !last || clock.monotonicMs() - last.atMs <= ENQ_BELONGS_MS || !gate.admits('ENQ')) return;
      reply('ENQ', last.reply);
    },
  });
  const onBytes = (bytes: Uint8Array): void => reader.push(bytes);
  const line: Line = await lineOf(options, setup, onBytes);
  const stop = (): void => {
    isOpen = false;
    stopping.abort();
    line.close();
  };
  return {
    address: () => ({ url: `serial:${line.path()}`, path: line.path(), dialect, clockSpeed: device.clock.steadySpeed() }),
    reach: {
      ...NOTHING_TO_REACH,
      commands: gate,
      replies: gate,
      replyStream: gate,
      shutterWord: device,
      line: line.reach,
      goniometer,
      controller,
    },
    open: async () => {
      isOpen = true;
      void watchOver(device, clock, stopping.signal, () => machine.look());
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

function obey(machine: DacoMachine, answer: (machine: DacoMachine, word: string) => string, word: string): string {
  try {
    return answer(machine, word);
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    return `?${error.code}`;
  }
}

async function lineOf(options: SimulatorOptions, { clock, log }: EndpointSetup, onBytes: (bytes: Uint8Array) => void): Promise<Line> {
  if (typeof options.port === 'string') return portLine(options.port, clock, log, onBytes);
  if (options.port !== 0)
    throw badInput('port', `--port ${options.port} is no serial port`, 'give a path such as /dev/ttyUSB0, or leave it out');
  return new PtyLine(options.link, onBytes);
}
