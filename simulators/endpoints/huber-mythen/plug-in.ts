import { badInput } from '../../../src/domain/errors.ts';
import { primaryWavelengthA } from '../../../src/domain/radiation.ts';
import { NOTHING_TO_REACH } from '../../faults/fault.ts';
import { Goniometer } from '../../goniometer.ts';
import { type InstrumentProfile, profileFor } from '../../instrument-profile.ts';
import type { SimulatorOptions } from '../../options.ts';
import { physicsOf } from '../../physics-options.ts';
import type { Specimen } from '../../specimen.ts';
import type { Endpoint, EndpointPlugIn, EndpointSetup } from '../endpoint.ts';
import { ReplyGate } from '../reply-gate.ts';
import { SocketServer } from '../socket-server.ts';
import { watchOver } from '../watch.ts';
import { bothGates } from './both-gates.ts';
import { lineConversation, pieceConversation } from './conversations.ts';
import { answerDetector } from './detector-commands.ts';
import { ReadoutFailures } from './readout-failures.ts';
import { AXES, SmcAxes } from './smc-axes.ts';
import { answerSmc, VERSION } from './smc-commands.ts';
import { StripDetector } from './strip-detector.ts';
import { CHANNELS_PER_MODULE, PITCH_MM } from './strip-geometry.ts';
import { MYTHEN_STRIP_DEAD_S, StripSensor } from './strip-sensor.ts';

/** h c, in keV A. */
const KEV_A = 12.39842;
/** Queries that clients send all the time stay out of the journal. */
const QUERY = /^(\?|-get )/;

/** An open instrument put together from two devices: a goniometer and, on its arm, a strip detector. */
export const huberMythenPlugIn: EndpointPlugIn = {
  id: 'huber-mythen',
  title: 'Huber SMC 9300 goniometer with a Dectris Mythen2 strip detector, both over TCP (docs/wire-huber-mythen.md)',
  help: {
    host: 'where both listen (127.0.0.1)',
    port: 'of the goniometer, 0 for any free one; clients of real ones use 1234 (0)',
    'detector-port': 'of the detector, 0 for any free one; the real one has 1031 (0)',
    modules: 'of the detector, 1280 strips each, 1 to 4 (1)',
    'radius-mm': 'from the sample to the strips (240)',
    initialised: "'yes' or 'no': whether the axes are homed at the start (yes)",
  },
  profile,
  make,
};

function profile(options: SimulatorOptions, specimen: Specimen, instrumentId: string): InstrumentProfile {
  const base = profileFor('strip', specimen, instrumentId);
  return { ...base, title: `simulated Huber goniometer with ${options.modules * CHANNELS_PER_MODULE} strips of ${PITCH_MM} mm` };
}

async function make(setup: EndpointSetup): Promise<Endpoint> {
  const { options, device, specimen, clock, log, random, journal } = setup;
  const { host, modules, radiusMm } = options;
  if (typeof options.port !== 'number')
    throw badInput('port', `--port ${options.port} is no port of a socket`, 'give a number, or 0 for any free one');
  if (!specimen.rateCps)
    throw badInput('replay', 'a recording holds no counts at the angles of the strips', 'leave --replay out, or simulate another wire');
  const stopping = new AbortController();
  const goniometer = new Goniometer(AXES, options.initialised === 'yes', device.clock, journal);
  const axes = new SmcAxes(goniometer, device);
  const photonKev = KEV_A / primaryWavelengthA(specimen.radiation);
  const chance = random.fork('strips');
  const sensor = new StripSensor(
    modules,
    radiusMm,
    photonKev,
    specimen.rateCps,
    physicsOf(options, MYTHEN_STRIP_DEAD_S).deadTime,
    chance.fork('sensor'),
  );
  const detector = new StripDetector({
    device,
    goniometer,
    sensor,
    modules,
    random: chance.fork('counts'),
    journal,
    log,
    signal: stopping.signal,
  });
  const failures = new ReadoutFailures();
  const gates = { goniometer: new ReplyGate(clock, stopping.signal), detector: new ReplyGate(clock, stopping.signal) };
  const replies = bothGates([gates.goniometer, gates.detector]);
  const note = (word: string): void => {
    if (!QUERY.test(word)) journal('word', { atS: device.clock.nowS(), word: word.slice(0, 80) });
  };
  const smcServer = new SocketServer('huber-mythen', ({ send }) =>
    lineConversation(
      gates.goniometer,
      VERSION,
      (line) => {
        note(line);
        return answerSmc(axes, line);
      },
      send,
    ),
  );
  const dcsServer = new SocketServer('huber-mythen', ({ send }) =>
    pieceConversation(
      gates.detector,
      log,
      (command, gone) => {
        note(command);
        return answerDetector(detector, failures, command, gone);
      },
      send,
    ),
  );
  let { port, detectorPort } = options;
  const stop = (): void => {
    stopping.abort();
    smcServer.close();
    dcsServer.close();
  };
  return {
    address: () => ({ url: `tcp://${host}:${port}`, host, port, detectorPort, modules, radiusMm, clockSpeed: device.clock.steadySpeed() }),
    reach: {
      ...NOTHING_TO_REACH,
      commands: replies,
      replyStream: replies,
      replies,
      goniometer,
      strips: {
        channels: () => sensor.channels(),
        disturb: (what, counted) => sensor.disturb(what, counted),
        failReadouts: (readouts, how, took) => failures.failReadouts(readouts, how, took),
        dropFrames: (frames, took) => detector.frames.dropNext(frames, took),
      },
    },
    open: async () => {
      port = await smcServer.listen(host, Number(port));
      detectorPort = await dcsServer.listen(host, detectorPort);
      void watchOver(device, clock, stopping.signal);
    },
    vanish: () => {
      device.die();
      stop();
    },
    close: async () => {
      if (!stopping.signal.aborted) {
        await detector.stop();
        await device.shutDown('the simulator is being stopped');
      }
      stop();
    },
  };
}
