import { z } from 'zod';
import { clockSpeedOption } from '../../../drivers/clock-speed-option.ts';
import { driverPlugIn } from '../../../drivers/driver-plug-in.ts';
import { plainName, radiationOption } from '../../../drivers/file-results/instrument-options.ts';
import { LINE_GONIOMETER, openLineGoniometerDriver } from './driver.ts';

const { delivers, canFind, canAbort, hasShutter, modes } = LINE_GONIOMETER;

export const lineGoniometerDriver = driverPlugIn(
  'line-goniometer',
  'Goniometer that speaks lines of text over TCP (an example)',
  z.strictObject({
    host: z.string().min(1).describe('Name or address of the instrument'),
    port: z.int().min(1).max(65_535).default(7300),
    instrumentId: plainName.default('line-goniometer'),
    sampleId: plainName.default('sample').describe('What we call the sample: the wire does not tell'),
    radiation: radiationOption,
    limits: z.strictObject({ fromDeg: z.number(), toDeg: z.number() }).describe('2theta that the goniometer may be sent to, degrees'),
    pollMs: z.int().positive().default(500).describe('How often a running scan is looked at'),
    replyTimeoutMs: z.int().positive().default(2000),
    safetyValidMs: z.int().positive().default(8000).describe('How long a state counts; it is asked for four times as often'),
    simulated: z.boolean().default(false),
    clockSpeed: clockSpeedOption,
  }),
  openLineGoniometerDriver,
  { wire: 'lines over TCP', ranges: 'free', delivers, canFind, canAbort, hasShutter, modes },
  { host: 'host', port: 'port' },
);
