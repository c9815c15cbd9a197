import { flag, numbers } from './arguments.ts';
import { answerD5000 } from './d5000.ts';
import type { DacoMachine } from './machine.ts';
import { WordError } from './word-error.ts';

/** Status bits of one drive. */
const BUSY = 1 << 0;
const NEGATIVE_LIMIT = 1 << 8;
const POSITIVE_LIMIT = 1 << 9;

/**
 * The answer to one word of the D8 dialect, without its frame. Public sources describe drives only; scans, values and the shutter are taken from
 * the D5000 dialect here. Throws a WordError.
 */
export function answerD8(machine: DacoMachine, word: string): string {
  const verb = word.slice(0, 2);
  const rest = word.slice(2);
  const { goniometer } = machine.parts;
  machine.look();
  switch (verb) {
    case 'RV':
      numbers(rest, 0);
      return 'RVD8-Diffractometer V2.0 simulated';
    case 'AV': {
      const [axis = 0, deg] = numbers(rest, 1, 2);
      demandAxis(machine, axis);
      if (deg === undefined) return goniometer.isInitialised(axis) ? `AV${goniometer.shownDeg(axis).toFixed(4)}` : 'AV0.--';
      machine.zero(axis, deg);
      return '';
    }
    case 'GO': {
      const [axis = 0, deg = 0] = numbers(rest, 2, 3);
      machine.go(axis, deg);
      return '';
    }
    case 'ST': {
      const [field = 0] = rest === '' ? [0] : numbers(rest, 1);
      if (!goniometer.has(field - 5)) return answerD5000(machine, word);
      return `ST${driveStatus(machine, field - 5)}`;
    }
    case 'ZI': {
      const [axis = 0, deg = 0] = numbers(rest, 2);
      machine.zero(axis, deg);
      return '';
    }
    case 'FR': {
      const [axis = '', direction = ''] = rest.split(',');
      if (!/^[UD]$/.test(direction)) throw new WordError(direction === '' ? 'argumentRequired' : 'incorrectArgument');
      machine.reference(numbers(axis, 1)[0]!);
      return '';
    }
    case 'RC':
      machine.remote(flag(rest));
      return '';
    default:
      return answerD5000(machine, word);
  }
}

function driveStatus(machine: DacoMachine, axis: number): number {
  const { goniometer } = machine.parts;
  const side = goniometer.atLimit(axis);
  const isBusy = !goniometer.isReady(axis) && goniometer.isMoving(axis);
  return (isBusy ? BUSY : 0) | (side === 'negative' ? NEGATIVE_LIMIT : side === 'positive' ? POSITIVE_LIMIT : 0);
}

function demandAxis(machine: DacoMachine, axis: number): void {
  if (!machine.parts.goniometer.has(axis)) throw new WordError('notInstalled');
}
