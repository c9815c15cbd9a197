import { flag, numbers } from './arguments.ts';
import type { DacoMachine } from './machine.ts';
import { AXIS, GENERATOR_OFF_BITS, MODE, SCANNING } from './status-words.ts';
import { WordError } from './word-error.ts';

/** Acknowledged without effect: detector voltage, gain, discriminator, integrator, oscillation, spinner. */
const WITHOUT_EFFECT = new Set(['HV', 'AG', 'DI', 'IG', 'OS', 'RO']);

/** The answer to one word of the D5000 dialect, without its frame; the empty text acknowledges. Throws a WordError. */
export function answerD5000(machine: DacoMachine, word: string): string {
  const verb = word.slice(0, 2);
  const rest = word.slice(2);
  const { controller } = machine.parts;
  machine.look();
  switch (verb) {
    case 'ST':
      return rest === '' ? `ST${statusFields(machine).join(',')},` : `ST${oneField(machine, rest)}`;
    case 'MV': {
      const [count = 0] = numbers(rest, 1);
      return `MV${machine
        .fetch(Math.max(0, Math.trunc(count)))
        .map((pulses) => pulses.toFixed(4))
        .join(',')}`;
    }
    case 'RC':
      machine.remote(flag(rest));
      return '';
    case 'IN': {
      const [axis = 0] = numbers(rest, 1);
      if (axis === 0) throw new WordError('unknownCommand');
      machine.reference(axis);
      return '';
    }
    case 'ZI': {
      const [deg = 0, axis = 0] = numbers(rest, 2);
      machine.zero(axis, deg);
      return '';
    }
    case 'GO': {
      const [deg = 0, axis = 0] = numbers(rest, 2);
      machine.go(axis, deg);
      return '';
    }
    case 'SS':
    case 'SC': {
      const [steps = 0, dwellS = 0, stepDeg = 0, axis = 0] = numbers(rest, 5);
      machine.scan({ steps, dwellS, stepDeg, axis, isContinuous: verb === 'SC' });
      return '';
    }
    case 'HT':
      machine.hold(numbers(rest, 0, 1)[0] ?? null);
      return '';
    case 'TW':
      machine.shutter(flag(rest) ? 'open' : 'closed');
      return '';
    case 'SL':
      machine.absorber(!flag(rest));
      return '';
    case 'OC':
      if (!/^2,?[01]$/.test(rest)) throw new WordError(rest === '' ? 'argumentRequired' : 'incorrectArgument');
      machine.demandRemote();
      return '';
    case 'SU':
    case 'QU':
      numbers(rest, 0);
      machine.demandRemote();
      controller.inSetup = verb === 'SU';
      return '';
    default:
      if (!WITHOUT_EFFECT.has(verb)) throw new WordError('unknownCommand');
      machine.demandRemote();
      return '';
  }
}

function oneField(machine: DacoMachine, rest: string): string {
  const [number = 0] = numbers(rest, 1);
  const value = statusFields(machine)[number - 1];
  if (value === undefined) throw new WordError('incorrectArgument');
  return value;
}

/** The 28 fields in their order; what this instrument does not have stays empty. */
function statusFields(machine: DacoMachine): string[] {
  const { goniometer, controller, device } = machine.parts;
  const angle = (axis: number): string => (goniometer.isInitialised(axis) ? goniometer.shownDeg(axis).toFixed(3) : '--.---');
  const alarms = machine.alarms();
  const mode = (controller.isRemote ? MODE.remote : 0) | (controller.inSetup ? MODE.setup : 0);
  const { abort } = machine;
  const isCounting = device.circuitState().shutter === 'open' && machine.isScanning();
  return [
    angle(AXIS.twoTheta),
    angle(AXIS.theta),
    angle(AXIS.chi),
    angle(AXIS.phi),
    ...['', '', '', '', ''],
    machine.isAbsorberIn ? '1' : '0',
    '',
    (machine.dwellS > 0 && isCounting ? machine.lastPulses / machine.dwellS : 0).toFixed(3),
    machine.dwellS.toFixed(3),
    String(machine.lastPulses),
    ...['', '', ''],
    String(machine.readyMask()),
    '0',
    String(alarms),
    String(alarms & GENERATOR_OFF_BITS),
    String(mode),
    machine.isScanning() ? String(SCANNING) : '0',
    String(machine.remaining),
    String(machine.stored.length),
    abort ? String(abort.reason) : '',
    abort ? String(abort.missingReady) : '',
    abort ? String(abort.alarms) : '',
  ];
}
