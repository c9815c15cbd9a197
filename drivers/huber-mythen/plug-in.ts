import { z } from 'zod';
import { clockSpeedOption } from '../clock-speed-option.ts';
import { driverPlugIn } from '../driver-plug-in.ts';
import { milliseconds, noReadbackOption, plainName, radiationOption } from '../file-results/instrument-options.ts';
import { tcpBytePort } from '../transport/tcp-byte-port.ts';
import { openHuberMythenDriver } from './driver.ts';
import { COUNTER_CEILING } from './mythen-words.ts';

const deg = z.number().min(-10).max(170);
const axis = z.int().min(1).max(99);
const seconds = z.number().nonnegative().max(3600);
const host = z.string().min(1).describe('Name or address');
const port = z.int().min(1).max(65_535);

const goniometerSchema = z.strictObject({
  host,
  port: port.default(1234).describe('TCP port; 1234 is what a public client uses'),
  armAxis: axis.default(1).describe('Axis that carries the detector: 2theta'),
  sampleAxis: axis.nullable().default(null).describe('Axis that turns the sample by half the angle; null where it stays as it is'),
  limits: z
    .strictObject({ fromDeg: deg, toDeg: deg })
    .refine(({ fromDeg, toDeg }) => fromDeg < toDeg, 'fromDeg must be below toDeg')
    .describe('Where the arm may be sent, deg'),
  positionToleranceDeg: z.number().positive().max(0.05).default(0.002).describe('How far off its target an axis may read back'),
  encoder: z.boolean().default(false).describe('Compare the encoder too'),
  requireHomed: z.boolean().default(true).describe('Refuse to measure with an axis that was not homed'),
  settleMs: milliseconds.default(500).describe('After the ready bits so long is waited: they are known to come 0.2 s early'),
  moveStartMs: milliseconds.default(2000).describe('An axis that shows nothing of a command for so long is sent it again'),
  moveTimeoutMs: milliseconds.default(120_000),
});

const moduleSchema = z.strictObject({
  radiusMm: z.number().min(20).max(5000).describe('Distance of the strips from the centre of the goniometer'),
  centreChannel: z
    .number()
    .min(-10_000)
    .max(10_000)
    .default(639.5)
    .describe('Channel that the line from the centre meets at a right angle'),
  offsetDeg: z.number().min(-180).max(180).default(0).describe('Angle of that line from what the arm reads'),
});

const detectorSchema = z
  .strictObject({
    host,
    port: port.default(1031),
    modules: z.array(moduleSchema).min(1).max(24).describe('One for each module of strips, in the order of the channels'),
    pitchMm: z.number().positive().max(1).default(0.05),
    direction: z
      .union([z.literal(1), z.literal(-1)])
      .default(1)
      .describe('1 where angles grow with the channel, else -1'),
    shape: z.enum(['flat', 'arc']).default('flat').describe('Plane modules, or strips bent around the centre'),
    settings: z.enum(['Cu', 'Mo', 'Cr', 'Ag']).nullable().default(null).describe('Loaded before each scan; null: as the detector is set'),
    thresholdKeV: z.number().positive().max(100).nullable().default(null).describe('Set before each scan; null: as the detector is set'),
    flatField: z
      .enum(['detector', 'none'])
      .default('detector')
      .describe('Weigh live times by the flat field that the detector stores, or take all strips for alike'),
    deadTimeNs: z.number().nonnegative().max(10_000).default(0).describe('Taken off the live time for each count; 0: not known'),
    maxStripRateCps: z.number().positive().max(1e7).default(100_000).describe('Faster strips are saturated: the scan fails and says where'),
    stripCeilingCps: z
      .number()
      .positive()
      .max(1e8)
      .default(5_000_000)
      .describe('No strip can count faster: exposures are so short that no counter can roll over'),
    minExposureS: z.number().positive().max(10).default(0.01),
    exposureGraceMs: milliseconds.default(5000).describe('How long an exposure may take beyond its time'),
  })
  .refine(
    ({ deadTimeNs, maxStripRateCps }) => deadTimeNs * 1e-9 * maxStripRateCps <= 0.5,
    'at maxStripRateCps more than half of the time would be dead: lower it',
  );

const timingSchema = z
  .strictObject({
    connectTimeoutMs: milliseconds.default(5000),
    bannerMs: milliseconds.default(1000).describe('How long the goniometer may take to greet'),
    replyTimeoutMs: milliseconds.default(1500),
    writeTimeoutMs: milliseconds.default(1500),
    pollMs: milliseconds.default(100),
    statusIntervalMs: milliseconds.default(1000),
    safetyValidMs: milliseconds.default(10_000).describe('How long an answer of both counts as a sign of life'),
    safeTimeoutMs: milliseconds.default(15_000),
    clockSpeed: clockSpeedOption,
  })
  .refine(({ safetyValidMs, statusIntervalMs, replyTimeoutMs }) => safetyValidMs > statusIntervalMs + 2 * replyTimeoutMs, {
    path: ['safetyValidMs'],
    message: 'must be above statusIntervalMs + 2 replyTimeoutMs',
  });

export const huberMythenOptionsSchema = z.strictObject({
  goniometer: goniometerSchema,
  detector: detectorSchema,
  instrumentId: plainName.describe('Name of this instrument: the wires tell none'),
  title: z.string().min(1).default('Huber goniometer with Mythen2 detector'),
  sampleId: z.string().min(1).default('unnamed'),
  radiation: radiationOption,
  dwellS: z
    .strictObject({ min: z.number().min(0.001), max: z.number().max(10_000) })
    .prefault({ min: 0.1, max: 600 })
    .refine(({ min, max }) => min < max, 'min must be below max')
    .describe('Live time of a point, summed over the strips and snapshots that see it'),
  hopDeg: z.number().positive().max(180).default(180).describe('Largest distance of two snapshots; never more than half a detector'),
  minWindowDeg: z.number().positive().max(20).default(0.5),
  cost: z
    .strictObject({ perScanS: seconds, slewDegPerS: z.number().positive(), settleS: seconds })
    .prefault({ perScanS: 5, slewDegPerS: 5, settleS: 0.5 })
    .describe('Time model; calibrate it on the times of your own scans'),
  wireTellsNoSafety: noReadbackOption,
  simulated: z.boolean().default(false).describe('True where the far ends are simulators'),
  timing: timingSchema.prefault({}),
});

export const huberMythenDriver = driverPlugIn(
  'huber-mythen',
  'Huber SMC 9300 goniometer with a Dectris Mythen2 detector over TCP (docs/drivers/huber-mythen.md)',
  huberMythenOptionsSchema,
  ({ goniometer, detector, timing, cost, hopDeg, ...rest }, runtime) => {
    const { host: goniometerHost, port: goniometerPort, ...axes } = goniometer;
    const { host: detectorHost, port: detectorPort, modules, pitchMm, direction, shape, ...strips } = detector;
    const connect = (address: { host: string; port: number }) => tcpBytePort(address, timing.connectTimeoutMs, runtime.clock);
    return openHuberMythenDriver(
      {
        ...rest,
        ...axes,
        ...timing,
        settings: strips.settings,
        thresholdKeV: strips.thresholdKeV,
        flatField: strips.flatField,
        exposureGraceMs: strips.exposureGraceMs,
        goniometerPort: connect({ host: goniometerHost, port: goniometerPort }),
        detectorPort: connect({ host: detectorHost, port: detectorPort }),
        geometry: { pitchMm, direction, shape, modules },
        cost: { ...cost, perPointS: 0, shutterS: 0 },
        rules: {
          hopDeg,
          deadTimeS: strips.deadTimeNs * 1e-9,
          maxStripRateCps: strips.maxStripRateCps,
          minExposureS: strips.minExposureS,
          maxExposureS: (COUNTER_CEILING - 1) / strips.stripCeilingCps,
        },
      },
      runtime,
    );
  },
  {
    wire: 'TCP, two devices',
    ranges: 'free',
    modes: ['snapshot'],
    delivers: 'stream',
    canFind: false,
    canAbort: true,
    hasShutter: false,
    blindTo: ['doors', 'interlock', 'generator', 'shutter'],
  },
  {
    'goniometer.host': 'host',
    'goniometer.port': 'port',
    'detector.host': 'host',
    'detector.port': 'detectorPort',
    'timing.clockSpeed': 'clockSpeed',
  },
);
