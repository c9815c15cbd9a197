import { join } from 'node:path';
import { z } from 'zod';
import { clockSpeedOption } from '../clock-speed-option.ts';
import { driverPlugIn } from '../driver-plug-in.ts';
import { costOption, milliseconds, noReadbackOption, plainName, radiationOption } from '../file-results/instrument-options.ts';
import { openLabLimsDriver } from './driver.ts';

const deg = z.number().min(-20).max(170);
const text = z.string().min(1).max(200);

/** Waits in ms of this computer's time; poll and grace are those of the public client. */
const timingSchema = z.strictObject({
  pollMs: milliseconds.default(5000).describe('How often the folder for results is looked at'),
  resultGraceMs: milliseconds.default(600_000).describe('How much later than expected a result may come'),
  partialWaitMs: milliseconds.default(60_000).describe('A result that is not whole and rests for so long is given up'),
  linkGraceMs: milliseconds.default(120_000).describe('How long the folders may be out of reach during a scan'),
  statusIntervalMs: milliseconds.default(5000).describe('How often it is seen whether the folders can be reached'),
  safetyValidMs: milliseconds.default(20_000).describe('How long that counts'),
  clockSpeed: clockSpeedOption,
});

export const labLimsOptionsSchema = z
  .strictObject({
    labLimsFolder: text.describe('Folder in which LabLims looks for Job.xml'),
    paramsFolder: text.optional().describe('Folder in which the script looks for ScanParams.txt; the same, if left out'),
    resultFolder: text.describe('Folder in which the script lays XRD.ascii; nothing else may lie there'),
    archiveFolder: text.optional().describe('Folder on the same share for files that are cleared away; ewald-archive beside the results'),
    samplePosition: text.describe('Place of the sample as LabLims names it, such as 1A01'),
    experimentFile: text.describe('Experiment file or id, such as 25C.bsml'),
    scriptFile: text.default('FullScanScript.cs').describe('Script that reads ScanParams.txt'),
    priority: z.int().min(0).max(1000).default(50).describe('Priority of the job'),
    instrumentId: plainName.default('bruker').describe('What we call the instrument: this wire does not tell'),
    title: text.default('Bruker D8 with LabLims').describe('What people call it'),
    sampleId: plainName.default('sample').describe('What we call the sample in that place'),
    radiation: radiationOption,
    limits: z
      .strictObject({ fromDeg: deg, toDeg: deg })
      .refine(({ fromDeg, toDeg }) => fromDeg < toDeg, 'fromDeg must be below toDeg')
      .describe('Angles 2theta that the instrument may go to, degrees'),
    stepDeg: z
      .strictObject({
        min: z.number().positive().default(0.005),
        max: z.number().positive().default(0.2),
        rasterDeg: z.number().min(1e-6).default(0.001),
      })
      .refine(({ min, max }) => min <= max, 'min must not be above max')
      .prefault({})
      .describe('Steps that the instrument can do, degrees'),
    dwellS: z
      .strictObject({ min: z.number().min(1e-6).default(0.01), max: z.number().positive().default(600) })
      .refine(({ min, max }) => min <= max, 'min must not be above max')
      .prefault({})
      .describe('Time per step that the instrument can do, s; it is taken for the live time of each point'),
    minWindowDeg: z.number().nonnegative().max(100).default(0).describe('Smallest range that is worth a scan, degrees'),
    mode: z.enum(['continuous', 'step']).default('continuous').describe('How the experiment moves'),
    resultUnit: z.enum(['counts', 'cps']).default('counts').describe('What stands in the last column of the result'),
    cost: costOption.prefault({}),
    jobFolder: text.default('runs/lablims-jobs').describe('Folder of this computer for notes of what was handed over'),
    wireTellsNoSafety: noReadbackOption,
    simulated: z.boolean().default(false).describe('true where a simulator watches the folders'),
    timing: timingSchema.prefault({}),
  })
  .superRefine(({ timing }, context) => {
    if (timing.safetyValidMs > 2 * timing.statusIntervalMs) return;
    context.addIssue({ code: 'custom', path: ['timing', 'safetyValidMs'], message: 'must be above twice statusIntervalMs' });
  });

export const labLimsDriver = driverPlugIn(
  'bruker-lablims',
  'Bruker D8 by files handed to LabLims (docs/drivers/bruker-lablims.md)',
  labLimsOptionsSchema,
  (options, runtime, deps) => {
    const { labLimsFolder, resultFolder, samplePosition, experimentFile, scriptFile, priority, wireTellsNoSafety: _, ...rest } = options;
    const { paramsFolder = labLimsFolder, archiveFolder = join(resultFolder, '..', 'ewald-archive'), ...driver } = rest;
    const job = { samplePosition, priority, experimentFile, scriptFile };
    const folders = { labLimsFolder, paramsFolder, resultFolder, archiveFolder, job };
    return openLabLimsDriver({ ...driver, folders, client: deps.clientName ?? 'ewald' }, runtime);
  },
  {
    wire: 'files in shared folders',
    ranges: 'free',
    modes: ['step', 'continuous'],
    delivers: 'file',
    canFind: true,
    canAbort: false,
    hasShutter: false,
    blindTo: ['doors', 'interlock', 'emergency stop', 'generator', 'shutter'],
  },
  { labLimsFolder: 'folder', resultFolder: 'results', 'timing.clockSpeed': 'clockSpeed' },
);
