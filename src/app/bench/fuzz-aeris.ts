import { checkResult, type ResultRules } from '../../../drivers/aeris/check-result.ts';
import { type AerisReply, decode, encode, isWholeReply, occupiedOf, readyOf, remoteOf } from '../../../drivers/aeris/protocol.ts';
import type { JobNote } from '../../../drivers/file-results/job-book.ts';
import { answerAeris } from '../../../simulators/endpoints/aeris/answer.ts';
import { Cabinet } from '../../../simulators/endpoints/aeris/cabinet.ts';
import { firstMessage, replies } from '../../../simulators/endpoints/aeris/message.ts';
import { xrdmlResult } from '../../../simulators/endpoints/aeris/xrdml-result.ts';
import type { Radiation } from '../../domain/radiation.ts';
import type { RandomSource } from '../../ports/runtime.ts';
import { idleDevice, standingClock } from './fuzz-far-ends.ts';
import type { Frame, WireFrames } from './fuzz-frame.ts';

const RADIATION: Radiation = {
  anode: 'Cu',
  lines: [
    { wavelengthA: 1.540598, weight: 1 },
    { wavelengthA: 1.544426, weight: 0.5 },
  ],
};
const RULES: ResultRules = { radiation: RADIATION, clockSkewMs: 60_000 };
const BEGUN_MS = Date.UTC(2026, 0, 2);
const POINTS = 41;
const NOTE: JobNote = {
  jobId: 'job-1',
  requestId: 'run-1',
  attempt: 1,
  phase: 'sent',
  begunMs: BEGUN_MS,
  endedMs: null,
  fromDeg: 20,
  toDeg: 20.8,
  stepDeg: 0.02,
  dwellS: 0.1,
  pointCount: POINTS,
  expectedS: 4.1,
  program: 'short',
  slot: '1',
  farMs: null,
};

/** Exchanges over TCP and results as XRDML: no checksum; the program tells how many points a result has. */
export const aerisFrames: WireFrames = {
  wire: 'aeris',
  kinds: [
    { reader: 'driver', name: 'ready', isValue: false, make: (random) => answered(replies.unit(coin(random)), readyOf) },
    { reader: 'driver', name: 'system', isValue: false, make: (random) => answered(replies.system(coin(random)), remoteOf) },
    { reader: 'driver', name: 'location', isValue: false, make: (random) => answered(replies.location(2, coin(random)), occupiedOf) },
    { reader: 'driver', name: 'order', isValue: false, make: () => answered(replies.done('ADD'), (reply) => reply.kind === 'ok' || null) },
    { reader: 'driver', name: 'result', isValue: true, oneOf: 20, make: (random) => result(random) },
    { reader: 'simulator', name: 'message', isValue: false, make: (random) => message(random) },
  ],
};

function coin(random: RandomSource): boolean {
  return random.integer(2) === 0;
}

function answered(text: string, say: (reply: AerisReply) => unknown): Frame {
  const read = (heard: Uint8Array): string | null => {
    const said = Buffer.from(heard).toString('utf8');
    isWholeReply(said);
    const meaning = say(decode(said));
    return meaning === null ? null : String(meaning);
  };
  return { bytes: Buffer.from(text, 'utf8'), read };
}

async function result(random: RandomSource): Promise<Frame> {
  const counts = Array.from({ length: POINTS }, () => random.poisson(200));
  const twoThetaDeg = counts.map((_, i) => Math.round((NOTE.fromDeg + i * NOTE.stepDeg) * 1e5) / 1e5);
  const facts = { sampleId: NOTE.jobId, radiation: RADIATION, apertureDeg: 5, startedMs: BEGUN_MS, endedMs: BEGUN_MS + 4100, whole: true };
  const text = await xrdmlResult({ twoThetaDeg, counts, liveS: counts.map(() => NOTE.dwellS) }, facts);
  return { bytes: new TextEncoder().encode(text), read: readResult };
}

async function readResult(heard: Uint8Array): Promise<string | null> {
  const checked = await checkResult(heard, 'job-1.xrdml', NOTE, RULES);
  if (checked.kind !== 'result' || checked.cutShort !== null) return null;
  const { twoThetaDeg, counts, liveS } = checked.points;
  return [twoThetaDeg.map((deg) => Math.round(deg * 1e4)).join(), counts.join(), liveS.join()].join(' ');
}

function message(random: RandomSource): Frame {
  const sampleId = `s${random.integer(1000)}`;
  const requests = [
    { kind: 'unit' },
    { kind: 'system' },
    { kind: 'location', slot: '1' },
    { kind: 'add', sampleId, program: 'short', slot: '2' },
    { kind: 'measure', sampleId: 'there', program: 'short' },
    { kind: 'remove', sampleId: 'there' },
  ] as const;
  return {
    bytes: Buffer.from(encode(requests[random.integer(requests.length)]!), 'utf8'),
    read: (heard) => {
      const text = firstMessage(Buffer.from(heard).toString('utf8'));
      if (text === null) return null;
      const answer = answerAeris(cabinet(), text, true);
      return answer.includes('fatal') ? null : `${text}=${answer}`;
    },
  };
}

/** A changer with one sample in its list, whose measurement never ends. */
function cabinet(): Cabinet {
  const device = idleDevice(standingClock());
  const made = new Cabinet({
    device,
    scans: { begin: () => {} } as never,
    programs: [{ name: 'short', fromDeg: 20, toDeg: 20.8, stepDeg: 0.02, dwellS: 0.1 }] as never,
    signal: new AbortController().signal,
    slot: 2,
    onBegin: () => {},
    onResult: () => {},
    onFailure: () => {},
  });
  made.add('there', 'short', 2, false);
  return made;
}
