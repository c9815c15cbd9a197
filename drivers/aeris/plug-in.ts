import { z } from 'zod';
import { clockSpeedOption } from '../clock-speed-option.ts';
import { driverPlugIn } from '../driver-plug-in.ts';
import { costOption, milliseconds, noReadbackOption, plainName, radiationOption } from '../file-results/instrument-options.ts';
import { openAerisDriver } from './driver.ts';
import { programSchema, storedProgram } from './programs.ts';
import { AERIS_PORT, SLOTS } from './protocol.ts';

const slots = Object.keys(SLOTS) as [string, ...string[]];

/** Waits in ms of this computer's time. The first five are those of the public clients. */
const timingSchema = z.strictObject({
  startWaitMs: milliseconds.default(10_000).describe('READY is not believed for so long after the start'),
  pollMs: milliseconds.default(2000).describe('How often a running program is looked at'),
  gripperMs: milliseconds.default(5000).describe('How long the gripper needs after the end'),
  fileWaitMs: milliseconds.default(30_000).describe('How long the result file may be late; the public clients wait 10 s'),
  scanTimeoutMs: milliseconds
    .default(3_600_000)
    .describe('A program measuring longer than this and than twice its expected time is given up'),
  connectTimeoutMs: milliseconds.default(5000).describe('How long connecting may take'),
  replyTimeoutMs: milliseconds.default(5000).describe('How long a reply may take'),
  quietMs: milliseconds.default(300).describe('A reply that does not end with @END is whole after this silence'),
  linkGraceMs: milliseconds.default(120_000).describe('How long instrument and folder may be out of reach during a scan'),
  statusIntervalMs: milliseconds.default(5000).describe('How often the instrument is asked who has control'),
  safetyValidMs: milliseconds
    .default(30_000)
    .describe('How long such an answer counts; no shorter than a question and its repetitions take'),
  safeTimeoutMs: milliseconds.default(10_000).describe('How long the instrument may take to come to rest'),
  clockSpeed: clockSpeedOption,
});

export const aerisOptionsSchema = z
  .strictObject({
    host: z.string().min(1).describe('Name or address of the instrument'),
    port: z.int().min(1).max(65_535).default(AERIS_PORT).describe('TCP port of its automation interface'),
    instrumentId: plainName.default('aeris').describe('What we call the instrument: this wire does not tell'),
    title: z.string().min(1).default('Malvern Panalytical Aeris').describe('What people call it'),
    sampleId: plainName.default('sample').describe('What we call the sample in the place below'),
    slot: z.enum(slots).describe('Where the sample stands: belt, or position 1 to 5'),
    radiation: radiationOption,
    programs: z
      .array(programSchema)
      .min(1)
      .max(1000)
      .refine((programs) => new Set(programs.map(({ name }) => name)).size === programs.length, 'two programs have the same name')
      .describe('The stored programs that may be run, as their result files show them'),
    cost: costOption.prefault({}),
    resultFolder: z.string().min(1).describe('The shared folder in which the instrument lays its results as <sample id>.xrdml'),
    jobFolder: z.string().min(1).default('runs/aeris-jobs').describe('Folder of this computer for notes of what was begun'),
    sampleIdMaxLength: z.int().min(16).max(100).default(40).describe('Longest sample id that is sent'),
    clockSkewS: z.number().min(0).max(1e9).default(7200).describe('How far the clocks of instrument and computer may be apart'),
    wireTellsNoSafety: noReadbackOption,
    simulated: z.boolean().default(false).describe('true where a simulator stands behind the address'),
    timing: timingSchema.prefault({}),
  })
  .superRefine(({ timing }, context) => {
    const leastMs = timing.statusIntervalMs + timing.connectTimeoutMs + timing.replyTimeoutMs;
    if (timing.safetyValidMs > leastMs) return;
    const message = `must be above statusIntervalMs + connectTimeoutMs + replyTimeoutMs = ${leastMs}`;
    context.addIssue({ code: 'custom', path: ['timing', 'safetyValidMs'], message });
  });

export const aerisDriver = driverPlugIn(
  'aeris',
  'Malvern Panalytical Aeris over TCP, stored programs (docs/drivers/aeris.md)',
  aerisOptionsSchema,
  (options, runtime, deps) => {
    const { host, port, clockSkewS, programs, wireTellsNoSafety: _, ...rest } = options;
    const client = deps.clientName ?? 'ewald';
    const more = { address: { host, port }, clockSkewMs: clockSkewS * 1000, programs: programs.map(storedProgram), client };
    return openAerisDriver({ ...rest, ...more }, runtime);
  },
  {
    wire: 'TCP and a shared folder',
    ranges: 'catalogue',
    modes: ['program'],
    delivers: 'file',
    canFind: true,
    canAbort: false,
    hasShutter: false,
    blindTo: ['doors', 'interlock', 'emergency stop', 'generator', 'shutter'],
  },
  { host: 'host', port: 'port', resultFolder: 'folder', 'timing.clockSpeed': 'clockSpeed' },
);
