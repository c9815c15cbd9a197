import type { z } from 'zod';
import { ChunkSequence } from '../../../drivers/mqtt/chunk-sequence.ts';
import * as protocol from '../../../drivers/mqtt/protocol.ts';
import { misfit } from '../../../drivers/mqtt/scan-desk.ts';
import { fromWireChunk, type WireScan } from '../../../drivers/mqtt/wire-units.ts';
import { CommandDesk } from '../../../simulators/command-desk.ts';
import { LeaseDesk } from '../../../simulators/lease-desk.ts';
import type { RandomSource } from '../../ports/runtime.ts';
import { standingClock } from './fuzz-far-ends.ts';
import type { Frame, FrameKind, WireFrames } from './fuzz-frame.ts';

const BOOT = 'boot-1';
const CHUNK = 16;
const SCAN: WireScan = {
  requestId: 'run-1-r1',
  attempt: 1,
  sampleId: 's1',
  fromUdeg: 20_000_000,
  stepUdeg: 20_000,
  pointCount: 10 * CHUNK,
  dwellNs: 100_000_000,
  mode: 'continuous',
};

/** The native contract: JSON by a schema, and chunks that must continue the scan that was commanded. */
export const mqttFrames: WireFrames = {
  wire: 'mqtt',
  kinds: [
    { reader: 'driver', name: 'chunk', isValue: true, make: (random) => chunk(random) },
    told('end', protocol.endSchema, (random) => ({
      schema: 'ewald.end/1',
      bootId: BOOT,
      requestId: 'run-1-r1',
      attempt: 1,
      report: report(random),
    })),
    told('safety', protocol.safetySchema, (random) => safety(random)),
    { reader: 'driver', name: 'reply', isValue: false, make: (random) => reply(random) },
    told('alarm', protocol.alarmSchema, () => ({ kind: 'interlock', severity: 'major', text: 'the door is open', sinceS: 12.5 })),
    told('state', protocol.stateSchema, () => ({ state: 'ready', bootId: BOOT })),
    told('birth', protocol.birthSchema, () => BIRTH),
    { reader: 'simulator', name: 'command', isValue: false, make: (random) => command(random) },
  ],
};

function told<T>(name: string, schema: z.ZodType<T>, make: (random: RandomSource) => object): FrameKind {
  const read = (heard: Uint8Array): string | null => {
    const message = decoded(schema, heard);
    return message && JSON.stringify(message);
  };
  return { reader: 'driver', name, isValue: false, make: (random) => ({ bytes: encode(make(random)), read }) };
}

function decoded<T>(schema: z.ZodType<T>, heard: Uint8Array): T | null {
  try {
    return protocol.decode(schema, heard);
  } catch (error) {
    if (error instanceof protocol.WireError) return null;
    throw error;
  }
}

function encode(message: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

/** The answer to `find`, whose body is read by a schema of its own. */
function reply(random: RandomSource): Frame {
  const head = { schema: 'ewald.reply/1', id: 'c-1', bootId: BOOT, atS: random.integer(1e6) / 1000, refusal: null };
  return {
    bytes: encode({ ...head, body: { state: 'finished', report: report(random) } }),
    read: (heard) => {
      const message = decoded(protocol.replySchema, heard);
      const body = protocol.replyBodies.find.safeParse(message?.body);
      return message?.id === 'c-1' && !message.refusal && body.success ? JSON.stringify([message.atS, body.data]) : null;
    },
  };
}

function chunk(random: RandomSource): Frame {
  const first = chunkAt(0, random);
  return {
    bytes: encode(chunkAt(1, random)),
    read: (heard) => {
      const message = decoded(protocol.chunkSchema, heard);
      if (!message || misfit(message)) return null;
      // The topic names the scan, and the driver holds the message against it.
      if (message.bootId !== BOOT || message.requestId !== SCAN.requestId || message.attempt !== SCAN.attempt) return null;
      const sequence = new ChunkSequence(SCAN);
      sequence.accept(first);
      try {
        const [delivered] = sequence.accept(message);
        if (!delivered) return null;
        const { twoThetaDeg, counts, liveS, instrumentTimeS } = fromWireChunk(delivered);
        return [...twoThetaDeg, ...counts, ...liveS, instrumentTimeS].join();
      } catch (error) {
        if ((error as { code?: unknown }).code === 'deviceFault') return null;
        throw error;
      }
    },
  };
}

function chunkAt(sequence: number, random: RandomSource): protocol.WireChunk {
  const { requestId, attempt, fromUdeg, stepUdeg, dwellNs } = SCAN;
  return {
    schema: 'ewald.chunk/1',
    bootId: BOOT,
    requestId,
    attempt,
    sequence,
    fromUdeg: fromUdeg + sequence * CHUNK * stepUdeg,
    stepUdeg,
    counts: Array.from({ length: CHUNK }, () => random.poisson(300)),
    liveNs: dwellNs,
    atS: random.integer(1e6) / 1000,
  };
}

function report(random: RandomSource): object {
  const ledgerS = { counting: 100, moving: 2, settling: 0.3, overhead: 5, shutter: 0.5, waiting: random.integer(1000) / 100 };
  return { startedAtS: 10, endedAtS: 118, chunkCount: 1 + random.integer(100), completeness: 'whole', reason: null, ledgerS };
}

function safety(random: RandomSource): object {
  const cabinet = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' };
  const atS = random.integer(1e6) / 1000;
  return { schema: 'ewald.safety/1', bootId: BOOT, sequence: random.integer(1e6), ...cabinet, atS, validForMs: 3000 };
}

const BIRTH = {
  schema: 'ewald.birth/1',
  bootId: BOOT,
  instrumentId: 'xrd1',
  title: 'Instrument',
  software: 'one 1.0',
  simulated: true,
  sampleId: 's1',
  radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] },
  capabilities: {
    twoThetaLimits: { fromDeg: 5, toDeg: 120 },
    stepDeg: { min: 0.005, max: 0.1, rasterDeg: 0.001 },
    rasters: 'free',
    dwellS: { min: 0.01, max: 100 },
    minWindowDeg: 0.1,
    cost: { apertureDeg: 2.9, perScanS: 5, perPointS: 0, slewDegPerS: 10, settleS: 0.3, shutterS: 0.5 },
    modes: ['step', 'continuous'],
    hasShutter: true,
  },
  clock: { atS: 1, speed: 1 },
};

function command(random: RandomSource): Frame {
  const bodies: readonly (readonly [protocol.CommandVerb, object])[] = [
    ['claim', { ttlMs: 15_000 }],
    ['renew', {}],
    ['scan', { ...SCAN, pointCount: 1 + random.integer(10_000) }],
    ['find', { requestId: 'run-1-r1', attempt: 1 }],
    ['resend', { requestId: 'run-1-r1', attempt: 1, fromSequence: random.integer(100) }],
    ['acknowledge', { requestId: 'run-1-r1', attempt: 1, sequence: random.integer(100) }],
    ['safe', { reason: 'the run has ended' }],
  ];
  const [verb, body] = bodies[random.integer(bodies.length)]!;
  const leases = new LeaseDesk(BOOT, 60_000);
  const leaseId = leases.claim('tester', 60_000, 0)!.leaseId;
  const envelope = { schema: 'ewald.command/1', id: 'c-1', clientId: 'tester', replyTo: 'a/b/rsp/tester', bootId: BOOT, leaseId };
  return {
    bytes: encode({ ...envelope, issuedAtS: 1, expiresAtS: 100, body }),
    read: (heard) => {
      const message = decoded(protocol.commandSchema, heard);
      if (!message) return null;
      let done: string | null = null;
      const desk = new CommandDesk(BOOT, standingClock(), leases, (name, what, clientId) => {
        done = JSON.stringify([name, what, clientId]);
        return {};
      });
      return desk.handle(verb, message).refusal ? null : done;
    },
  };
}
