import { badInput } from '../domain/errors.ts';
import { SPACE_GROUP_SYMBOLS } from './space-group-table.ts';

/** x' = R x + t in fractional coordinates; `rotation` row-major, `translation` in [0, 1). */
export interface SymmetryOperator {
  readonly rotation: readonly number[];
  readonly translation: readonly number[];
}

export const IDENTITY: SymmetryOperator = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] };

const TERM = /([+-]?)(?:(\d+(?:\.\d+)?|\.\d+)(?:\/(\d+))?\*?)?([xyz])?/gy;

/** Reads `x,-y+1/2,z` and its variants (blanks, capitals, decimals, the translation first). Fails with badInput naming the text. */
export function parseOperator(text: string): SymmetryOperator {
  const parts = text
    .toLowerCase()
    .replace(/[\s"']/g, '')
    .split(',');
  if (parts.length !== 3) throw notAnOperator(text);
  const rotation: number[] = [];
  const translation: number[] = [];
  for (const part of parts) {
    const row = [0, 0, 0];
    let shift = 0;
    TERM.lastIndex = 0;
    while (TERM.lastIndex < part.length) {
      const from = TERM.lastIndex;
      const match = TERM.exec(part);
      if (!match || match[0] === '' || (match[2] === undefined && match[4] === undefined)) throw notAnOperator(text);
      if (from > 0 && match[1] === '') throw notAnOperator(text);
      const size = match[2] === undefined ? 1 : Number(match[2]) / (match[3] === undefined ? 1 : Number(match[3]));
      const value = match[1] === '-' ? -size : size;
      if (match[4] === undefined) shift += value;
      else row['xyz'.indexOf(match[4])]! += value;
    }
    if (part === '' || !Number.isFinite(shift) || row.some((entry) => !Number.isInteger(entry))) throw notAnOperator(text);
    rotation.push(...row);
    translation.push(wrapTranslation(shift));
  }
  if (Math.abs(determinant(rotation)) !== 1) throw notAnOperator(text);
  return { rotation, translation };
}

function notAnOperator(text: string) {
  return badInput(text.slice(0, 60), `"${text.slice(0, 60)}" is not a symmetry operator`, "write operators like 'x,-y+1/2,z'");
}

/** Into [0, 1), on the nearest 24th where it is within 1/1000 of it (.3333 means 1/3). */
function wrapTranslation(value: number): number {
  const snapped = Math.round(value * 24) / 24;
  const near = Math.abs(snapped - value) < 1e-3 ? snapped : value;
  const wrapped = near - Math.floor(near);
  return wrapped > 1 - 1e-9 ? 0 : wrapped;
}

export function determinant(m: readonly number[]): number {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** First the operator `b`, then `a`. */
export function composeOperators(a: SymmetryOperator, b: SymmetryOperator): SymmetryOperator {
  const rotation: number[] = [];
  const translation: number[] = [];
  for (let r = 0; r < 3; r++) {
    let shift = a.translation[r]!;
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += a.rotation[3 * r + k]! * b.rotation[3 * k + c]!;
      rotation.push(sum);
      shift += a.rotation[3 * r + c]! * b.translation[c]!;
    }
    translation.push(wrapTranslation(shift));
  }
  return { rotation, translation };
}

export function operatorKey(operator: SymmetryOperator): string {
  return `${operator.rotation.join()};${operator.translation.map((t) => Math.round(t * 1000) % 1000).join()}`;
}

/** Is the set closed under composition, with the identity and without repetition? (A finite closed set holds every inverse.) */
export function isGroup(operators: readonly SymmetryOperator[]): boolean {
  const keys = new Set(operators.map(operatorKey));
  if (keys.size !== operators.length || !keys.has(operatorKey(IDENTITY))) return false;
  return operators.every((a) => operators.every((b) => keys.has(operatorKey(composeOperators(a, b)))));
}

let numberBySymbol: Map<string, number> | null = null;

/** The number of a Hermann-Mauguin symbol in any usual setting (`P 32 2 1`, `R -3 c :R`); null where it is not known. */
export function spaceGroupNumberOf(symbol: string): number | null {
  if (!numberBySymbol) {
    numberBySymbol = new Map();
    for (let i = 0; i < SPACE_GROUP_SYMBOLS.length; i++)
      for (const name of SPACE_GROUP_SYMBOLS[i]!.split(' ')) if (!numberBySymbol.has(name)) numberBySymbol.set(name, i + 1);
  }
  const plain = symbol.replace(/[\s_']/g, '').replace(/:.*$/, '');
  return numberBySymbol.get(plain) ?? null;
}

const ENANTIOMORPHS: readonly (readonly [number, number])[] = [
  [76, 78],
  [91, 95],
  [92, 96],
  [144, 145],
  [151, 153],
  [152, 154],
  [169, 170],
  [171, 172],
  [178, 179],
  [180, 181],
  [212, 213],
];

/** The mirror-image group of the eleven enantiomorphic pairs, else the number itself. */
export function enantiomorphOf(spaceGroup: number): number {
  for (const [low, high] of ENANTIOMORPHS) {
    if (spaceGroup === low) return high;
    if (spaceGroup === high) return low;
  }
  return spaceGroup;
}
