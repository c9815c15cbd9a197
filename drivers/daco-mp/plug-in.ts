import { z } from 'zod';
import { parseRadiation } from '../../src/formats/radiation-names.ts';
import { clockSpeedOption } from '../clock-speed-option.ts';
import { driverPlugIn } from '../driver-plug-in.ts';
import { serialBytePort } from '../transport/serial-byte-port.ts';
import { openDacoDriver } from './driver.ts';

const ms = z.int().positive().max(3_600_000);
const deg = z.number().min(-10).max(170);
const seconds = z.number().nonnegative().max(3600);

export const dacoOptionsSchema = z.strictObject({
  path: z.string().min(1).describe('Serial port: /dev/ttyUSB0, COM3, or a pseudo-terminal'),
  baudRate: z.union([4800, 9600, 19200, 38400].map((rate) => z.literal(rate))).default(19200),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  xonXoff: z.boolean().default(true).describe('Software flow control in both directions'),
  dialect: z.enum(['d5000', 'd8']).default('d5000'),
  framing: z.enum(['soh-enq', 'line']).optional().describe('SOH text CR ENQ (d5000), or text CR alone (d8)'),
  instrumentId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .describe('Name of this instrument: the wire tells none'),
  title: z.string().min(1).default('Siemens/Bruker diffractometer'),
  sampleId: z.string().min(1).default('unnamed'),
  radiation: z.string().describe('What shines, as CuKa12, CoKa1 or wavelengths in angstrom. Never guessed'),
  simulated: z.boolean().default(false).describe('True where the far end is a simulator'),
  clockSpeed: clockSpeedOption,
  limits: z
    .strictObject({ fromDeg: deg, toDeg: deg })
    .refine(({ fromDeg, toDeg }) => fromDeg < toDeg, 'fromDeg must be below toDeg')
    .describe('2theta that the goniometer may be sent to'),
  dwellS: z
    .strictObject({ min: z.number().min(0.01), max: z.number().max(10_000) })
    .prefault({ min: 0.8, max: 600 })
    .describe('Live time of a point; controllers are known to refuse less than 0.8 s'),
  minWindowDeg: z.number().positive().max(20).default(0.1),
  scanModes: z
    .array(z.enum(['step', 'continuous']))
    .min(1)
    .default(['step'])
    .describe('The first is used'),
  scanAxis: z
    .union([z.literal(1), z.literal(10)])
    .default(10)
    .describe('10: 2theta and theta coupled; 1: 2theta alone'),
  scanModeWord: z.int().min(0).max(65_535).default(0).describe('Last argument of SS and SC'),
  values: z.enum(['counts', 'countsPerS']).default('counts').describe('What a stored value is'),
  maxRateCps: z.number().positive().default(2_000_000).describe('A value above this is taken for garbled'),
  maxFetch: z.int().min(1).max(200).default(16).describe('Most values fetched at once: so many can be lost with one answer'),
  shutterReadBack: z.enum(['inPosition', 'open']).default('inPosition').describe("What the tube window's ready bit says"),
  generatorReady: z.boolean().default(true).describe("Demand the generator's ready bit; false where the controller does not steer it"),
  autoInitialise: z.boolean().default(false).describe('Allow reference runs of axes that are not initialised'),
  positionToleranceDeg: z.number().positive().max(0.1).default(0.002),
  cost: z
    .strictObject({ perScanS: seconds, perPointS: seconds, slewDegPerS: z.number().positive(), settleS: seconds, shutterS: seconds })
    .prefault({ perScanS: 5, perPointS: 1.8, slewDegPerS: 5, settleS: 0.3, shutterS: 0.5 })
    .describe('Time model of the point detector; calibrate it on the times of recorded scans'),
  pollMs: ms.default(500),
  safetyValidMs: ms.default(3000).describe('How long a status counts as fresh'),
  replyTimeoutMs: ms.default(1000),
  writeTimeoutMs: ms.default(1000),
  quietMs: ms.default(100),
  pieceBytes: z.int().min(1).max(1024).default(16).describe('Longer commands are sent in pieces of so many bytes'),
  pieceMs: ms.default(20).describe('Pause between the pieces'),
  resends: z.int().min(0).max(10).default(2),
  linkGraceMs: ms.default(5000).describe('How long the line may fail during a scan before it is given up'),
  shutterTimeoutMs: ms.default(5000),
  moveTimeoutMs: ms.default(180_000),
  scanStartMs: ms.default(10_000),
  safeTimeoutMs: ms.default(15_000),
});

export const dacoDriver = driverPlugIn(
  'daco-mp',
  'Siemens D5000 or Bruker D8 on a serial line (docs/drivers/daco-mp.md)',
  dacoOptionsSchema,
  ({ path, baudRate, dataBits, parity, stopBits, xonXoff, radiation, cost, ...options }, runtime) =>
    openDacoDriver(
      {
        ...options,
        framing: options.framing ?? (options.dialect === 'd8' ? 'line' : 'soh-enq'),
        radiation: parseRadiation(radiation),
        cost: { apertureDeg: 0, ...cost },
        slewDegPerS: cost.slewDegPerS,
        port: serialBytePort({ path, baudRate, dataBits, parity, stopBits, softwareFlowControl: xonXoff }, runtime.clock),
      },
      runtime,
    ),
  {
    wire: 'RS-232',
    ranges: 'free',
    modes: ['step', 'continuous'],
    delivers: 'stream',
    canFind: false,
    canAbort: true,
    hasShutter: true,
    blindTo: ['doors', 'interlock', 'emergency stop'],
  },
  { path: 'path', clockSpeed: 'clockSpeed' },
);
