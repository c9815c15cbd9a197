import { z } from 'zod';

/**
 * The messages of Ewald's native MQTT contract, version 1: JSON, usable on MQTT 3.1.1. Both sides check what they receive against these
 * schemas. Angles are integers of 1e-6 degree, live times integers of nanoseconds, counts integers, so that nothing is lost in text.
 * Times named `...AtS` are seconds on the instrument's clock; `...ForMs` are wall milliseconds.
 */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
const udeg = z.int().min(-360e6).max(360e6);
const seconds = z.number().nonnegative();
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const angleRange = z.strictObject({ fromDeg: z.number(), toDeg: z.number() });
const emissionLine = z.strictObject({ wavelengthA: z.number().positive(), weight: z.number().positive() });

export const capabilitiesSchema = z.strictObject({
  twoThetaLimits: angleRange,
  stepDeg: z.strictObject({ min: z.number().positive(), max: z.number().positive(), rasterDeg: z.number().positive() }),
  rasters: z.union([z.literal('free'), z.array(z.strictObject({ stepDeg: z.number().positive(), originDeg: z.number() })).min(1)]),
  dwellS: z.strictObject({ min: z.number().positive(), max: z.number().positive() }),
  minWindowDeg: z.number().nonnegative(),
  cost: z.strictObject({
    apertureDeg: z.number().nonnegative(),
    perScanS: seconds,
    perPointS: seconds,
    slewDegPerS: z.number().positive(),
    settleS: seconds,
    shutterS: seconds,
  }),
  modes: z.array(z.enum(['step', 'continuous', 'snapshot'])).min(1),
  hasShutter: z.boolean(),
});

export const stateSchema = z.object({ state: z.enum(['init', 'ready', 'lost', 'disconnected']), bootId: id });

export const birthSchema = z.object({
  schema: z.literal('ewald.birth/1'),
  bootId: id,
  instrumentId: id,
  title: z.string(),
  software: z.string(),
  simulated: z.boolean(),
  sampleId: z.string(),
  radiation: z.strictObject({ anode: z.string().nullable(), lines: z.array(emissionLine).min(1) }),
  capabilities: capabilitiesSchema,
  clock: z.strictObject({ atS: seconds, speed: z.number().positive() }),
});

export const safetySchema = z.object({
  schema: z.literal('ewald.safety/1'),
  bootId: id,
  sequence: count,
  interlockClosed: z.boolean(),
  doorsClosed: z.boolean(),
  emergencyStop: z.boolean(),
  generatorOn: z.boolean(),
  shutter: z.enum(['open', 'closed', 'unknown']),
  atS: seconds,
  validForMs: z.number().positive(),
});

export const alarmSchema = z.object({
  kind: z.enum(['interlock', 'shutter', 'generator', 'localControl', 'device']),
  severity: z.enum(['minor', 'major']),
  text: z.string(),
  sinceS: seconds,
});

const scanKey = z.object({ requestId: id, attempt: z.int().min(1) });

export const commandBodies = {
  claim: z.object({ ttlMs: z.number().positive() }),
  renew: z.object({}),
  release: z.object({}),
  scan: z.object({
    requestId: id,
    attempt: z.int().min(1),
    sampleId: z.string(),
    fromUdeg: udeg,
    stepUdeg: z.int().positive(),
    pointCount: z.int().min(1).max(1_000_000),
    dwellNs: z.int().positive(),
    mode: z.enum(['step', 'continuous', 'snapshot']),
  }),
  find: scanKey,
  resend: scanKey.extend({ fromSequence: count }),
  acknowledge: scanKey.extend({ sequence: count }),
  safe: z.object({ reason: z.string() }),
} as const;

export type CommandVerb = keyof typeof commandBodies;
export type CommandBody<V extends CommandVerb> = z.infer<(typeof commandBodies)[V]>;

/** A command is never retained. The receiver refuses a wrong boot, an unknown lease, an expired command; a repeated id gets its first answer. */
export const commandSchema = z.object({
  schema: z.literal('ewald.command/1'),
  id,
  clientId: id,
  replyTo: z.string().nullable(),
  bootId: id,
  leaseId: id.nullable(),
  issuedAtS: seconds,
  expiresAtS: seconds,
  body: z.record(z.string(), z.unknown()),
});

export const refusalCodes = [
  'wrongBoot',
  'expired',
  'noLease',
  'leaseHeld',
  'invalid',
  'outOfLimits',
  'unsafe',
  'busy',
  'localControl',
  'unknownScan',
  'deviceFault',
] as const;

export const replySchema = z.object({
  schema: z.literal('ewald.reply/1'),
  id,
  bootId: id,
  atS: seconds,
  refusal: z.object({ code: z.enum(refusalCodes), text: z.string() }).nullable(),
  body: z.record(z.string(), z.unknown()),
});

export const ledgerSchema = z.strictObject({
  counting: seconds,
  moving: seconds,
  settling: seconds,
  overhead: seconds,
  shutter: seconds,
  waiting: seconds,
});

export const reportSchema = z.object({
  startedAtS: seconds,
  endedAtS: seconds,
  chunkCount: count,
  completeness: z.enum(['whole', 'cut-short']),
  reason: z.string().nullable(),
  ledgerS: ledgerSchema,
});

export const replyBodies = {
  claim: z.object({ leaseId: id, ttlMs: z.number().positive() }),
  renew: z.object({}),
  release: z.object({}),
  scan: z.object({ state: z.enum(['started', 'running', 'finished']) }),
  find: z.object({ state: z.enum(['running', 'finished', 'lost']), report: reportSchema.nullable() }),
  resend: z.object({ from: count, to: count }),
  acknowledge: z.object({}),
  safe: z.object({ shutter: z.enum(['open', 'closed', 'unknown']) }),
} as const satisfies Record<CommandVerb, z.ZodType>;

export type ReplyBody<V extends CommandVerb> = z.infer<(typeof replyBodies)[V]>;

/** One piece of a scan. Point i of the chunk stands at fromUdeg + i * stepUdeg; `liveNs` holds one value per point, or one for all. */
export const chunkSchema = z.object({
  schema: z.literal('ewald.chunk/1'),
  bootId: id,
  requestId: id,
  attempt: z.int().min(1),
  sequence: count,
  fromUdeg: udeg,
  stepUdeg: z.int().positive(),
  counts: z.array(count).min(1).max(8192),
  liveNs: z.union([z.int().positive(), z.array(z.int().nonnegative())]),
  atS: seconds,
});

export const endSchema = z.object({
  schema: z.literal('ewald.end/1'),
  bootId: id,
  requestId: id,
  attempt: z.int().min(1),
  report: reportSchema,
});

export type WireCommand = z.infer<typeof commandSchema>;
export type WireReply = z.infer<typeof replySchema>;
export type WireBirth = z.infer<typeof birthSchema>;
export type WireSafety = z.infer<typeof safetySchema>;
export type WireAlarm = z.infer<typeof alarmSchema>;
export type WireState = z.infer<typeof stateSchema>;
export type WireChunk = z.infer<typeof chunkSchema>;
export type WireEnd = z.infer<typeof endSchema>;
export type RefusalCode = (typeof refusalCodes)[number];

/** Every message by name, for the published JSON schemas. */
export const wireMessages = {
  state: stateSchema,
  birth: birthSchema,
  safety: safetySchema,
  alarm: alarmSchema,
  command: commandSchema,
  reply: replySchema,
  chunk: chunkSchema,
  end: endSchema,
} as const;

/** The topics below a root such as `ewald/v1/lab/xrd1`. R: retained. */
export function topicsOf(root: string) {
  return {
    state: `${root}/state`, // R, last will: lost
    birth: `${root}/birth`, // R
    safety: `${root}/safety`, // R, once a second and on every change
    alarm: (alarmId: string) => `${root}/alarm/${alarmId}`, // R, empty when cleared
    alarms: `${root}/alarm/+`,
    command: (verb: CommandVerb) => `${root}/cmd/${verb}`,
    commands: `${root}/cmd/+`,
    reply: (clientId: string) => `${root}/rsp/${clientId}`,
    chunk: (requestId: string, attempt: number) => `${root}/scan/${requestId}/${attempt}/chunk`,
    end: (requestId: string, attempt: number) => `${root}/scan/${requestId}/${attempt}/end`,
    chunks: `${root}/scan/+/+/chunk`,
    ends: `${root}/scan/+/+/end`,
  };
}

export class WireError extends Error {
  override readonly name = 'WireError';
}

/** The message in `payload` if it is JSON of this schema and at most `maxBytes` long; a WireError naming the fault otherwise. */
export function decode<T>(schema: z.ZodType<T>, payload: Uint8Array, maxBytes = 1_000_000): T {
  if (payload.byteLength > maxBytes) throw new WireError(`message of ${payload.byteLength} bytes, at most ${maxBytes} are allowed`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new WireError('message is not JSON in UTF-8');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WireError(`message field ${issue?.path.join('.') || '(root)'}: ${issue?.message ?? 'invalid'}`);
}
