import { z } from 'zod';
import { badInput } from '../src/domain/errors.ts';
import { isPlain, physicsShape } from './physics-options.ts';

const phase = z.strictObject({ phaseId: z.string().min(1), height: z.number().positive() });
const file = z.string().min(1).nullable().default(null);

/** What a simulator is started with. Files are paths; null or absent means none. */
export const simulatorOptionsSchema = z
  .strictObject({
    /** The wire it speaks, by the id of its endpoint. */
    as: z.string().min(1).default('mqtt'),
    seed: z.int().nonnegative().default(1),
    /** Instrument seconds per wall second; 'max' skips all waiting. */
    speed: z.union([z.literal('max'), z.number().positive().max(100_000)]).default(1),
    /** 'embedded' or the address of a running broker. */
    broker: z
      .union([z.literal('embedded'), z.string().regex(/^mqtts?:\/\/[^@\s]+$/, 'is neither embedded nor mqtt://host:port')])
      .default('embedded'),
    host: z.string().min(1).default('127.0.0.1'),
    /** Of a socket; or the path of a serial port. */
    port: z.union([z.int().min(0).max(65535), z.string().regex(/^(\/|\.|COM)/, 'is neither a number nor the path of a port')]).default(0),
    /** A further name for a pseudo-terminal: a symbolic link that is made here and taken away at the end. */
    link: file,
    dialect: z.enum(['d5000', 'd8']).default('d5000'),
    /** Scans that dwell shorter at each step are refused; 0 refuses none. */
    minDwell: z.number().min(0).default(0),
    initialised: z.enum(['yes', 'no']).default('yes'),
    /** Where result files appear; null makes a temporary folder. */
    folder: file,
    /** Named measurements of an instrument that has no others, as a file. */
    programs: file,
    /** Where the sample lies in the changer. */
    slot: z.int().min(1).max(100).default(2),
    /** Port of a detector that has one of its own. */
    detectorPort: z.int().min(0).max(65535).default(0),
    /** Modules of the strip detector, and how far it is from the sample. */
    modules: z.int().min(1).max(4).default(1),
    radiusMm: z.number().min(50).max(2000).default(240),
    username: z.string().min(1).nullable().default(null),
    password: z.string().min(1).nullable().default(null),
    tlsCert: file,
    tlsKey: file,
    root: z
      .string()
      .regex(/^[^/+#\s]+(\/[^/+#\s]+)*$/, 'is no topic without wildcards')
      .default('ewald/v1/lab/sim1'),
    /** Null leaves it to the wire. */
    detector: z.enum(['strip', 'point']).nullable().default(null),
    space: z.string().min(1).default('solid-state-precursors'),
    phases: z.array(phase).min(1).max(8).nullable().default(null),
    strainMax: z.number().min(0).max(0.05).default(0.005),
    unknownPeakShare: z.number().min(0).max(1).default(0),
    peakCps: z.number().positive().max(1e7).nullable().default(null),
    ...physicsShape,
    replay: file,
    replaySlow: file,
    thin: z.number().gt(0).max(1).default(1),
    radiation: z.string().min(1).nullable().default(null),
    /** Instrument file (`ewald calibrate`): a drawn sample is then measured in that instrument. */
    instrument: file,
    truth: file,
    faults: file,
    journal: file,
    /** JUnit report of which scheduled faults took effect, written at the end. */
    junit: file,
    /** What every scan really was, one line each when it is over. */
    truthStream: file,
    log: z.enum(['debug', 'info', 'warn']).default('warn'),
  })
  .refine((options) => options.replay !== null || (options.replaySlow === null && options.thin === 1), 'replaySlow and thin need replay')
  .refine((options) => options.replay === null || options.phases === null, 'phases and replay exclude each other')
  .refine(
    (options) => options.instrument === null || (options.replay === null && options.radiation === null),
    'instrument goes with neither replay nor radiation: it brings its own',
  )
  .refine(
    (options) => options.replay === null || isPlain(options),
    'replay hands out counts as they are: leave tube, counter and sample alone',
  )
  .refine((options) => (options.tlsCert === null) === (options.tlsKey === null), 'tlsCert and tlsKey go together');

export type SimulatorOptions = z.infer<typeof simulatorOptionsSchema>;
export type SimulatorOptionsInput = z.input<typeof simulatorOptionsSchema>;

const REMEDY = 'see docs/simulator.md for the options';

/** Fails with 'badInput' naming the first wrong option. */
export function checkOptions(input: unknown): SimulatorOptions {
  const parsed = simulatorOptionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const name = issue.path.join('.');
  throw badInput(name || 'options', `simulator option ${name}${name ? ': ' : ''}${issue.message}`, REMEDY);
}

/** `ZrO2_14:1,CaO_225:0.3` as phases with relative heights; a height left out is 1. */
export function parsePhases(text: string): { phaseId: string; height: number }[] {
  return text.split(',').map((part) => {
    const [phaseId = '', height = '1', ...rest] = part.trim().split(':');
    if (phaseId === '' || rest.length > 0 || !(Number(height) > 0))
      throw badInput('phases', `'${part.trim()}' is no phase with a height`, 'write phases as ZrO2_14:1,CaO_225:0.3');
    return { phaseId, height: Number(height) };
  });
}
