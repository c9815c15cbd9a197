import { EwaldError, type EwaldErrorCode } from '../../src/domain/errors.ts';

type Row = readonly [code: EwaldErrorCode, message: string, remedy: string];

const CHECK_OPTIONS = "check 'dialect' and the options of the driver against docs/drivers/daco-mp.md";
const FREE_IT = 'give remote control back to the computer at the instrument';
const GENERATOR: Row = [
  'deviceFault',
  'the X-ray generator reports an error',
  'read the display of the generator and clear the error there',
];

/** Error codes of the controller: the table of the D8 driver of MX (Illinois Institute of Technology); the D5000 proxy uses 1 and 3 alike. */
const TABLE: Readonly<Record<number, Row>> = {
  1: ['refused', 'the controller does not know the command', CHECK_OPTIONS],
  2: ['refused', 'the controller misses an argument', CHECK_OPTIONS],
  3: ['refused', 'the controller does not take an argument', 'stay within its limits of angle, step and time'],
  4: ['busy', 'the instrument is not under remote control', FREE_IT],
  5: ['refused', 'the command is for setup mode only', 'end the setup at the instrument'],
  6: ['busy', 'the controller is in setup mode', 'end the setup at the instrument'],
  7: ['refused', 'the command takes no argument', CHECK_OPTIONS],
  8: ['refused', 'the component is not installed', CHECK_OPTIONS],
  9: ['deviceFault', 'the position of a drive is unknown', 'do a reference run at the instrument'],
  10: ['deviceFault', 'a drive is not initialised', 'do a reference run at the instrument'],
  11: ['deviceFault', 'a drive stands at its limit switch', 'move it back at the instrument and do a reference run'],
  12: ['busy', 'a measurement is running', 'wait for its end or stop it at the instrument'],
  13: ['busy', 'the service switch is in the position SERVICE', FREE_IT],
  14: ['deviceFault', 'the X-ray generator does not answer', 'see that the generator is on'],
  15: ['busy', 'another computer has remote control', 'let it give remote control back'],
  16: ['busy', 'the serial port of the instrument is busy', 'wait, then try again'],
  17: ['deviceFault', 'a file of the controller is missing', 'look at the controller'],
  18: ['deviceFault', 'a file of the controller cannot be opened', 'look at the controller'],
  19: ['deviceFault', 'a file of the controller cannot be read or written', 'look at the controller'],
};

/** Codes by which the controller says that somebody at the instrument, or another computer, has it. */
export const LOCAL_CONTROL: ReadonlySet<number> = new Set([4, 6, 13, 15]);

export class DacoRefusal extends EwaldError {
  readonly deviceCode: number;

  constructor(row: Row, deviceCode: number, command: string) {
    super(row[0], command, `${row[1]} (error ${deviceCode} to ${command})`, row[2]);
    this.deviceCode = deviceCode;
  }
}

/** The controller answered ?code to the command. */
export function refusalOf(code: number, command: string): DacoRefusal {
  const row = TABLE[code] ?? (code >= 20 && code <= 29 ? GENERATOR : null);
  return new DacoRefusal(row ?? ['deviceFault', 'the controller reports an error without a name', 'look at the controller'], code, command);
}
