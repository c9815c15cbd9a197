import { seededRandom } from '../../diffraction/seeded-random.ts';
import { badInput } from '../../domain/errors.ts';
import { aerisFrames } from './fuzz-aeris.ts';
import { labLimsFrames } from './fuzz-bruker-lablims.ts';
import { dacoFrames } from './fuzz-daco-mp.ts';
import { type Damage, damageFrame, type FrameKind, type WireFrames } from './fuzz-frame.ts';
import { huberMythenFrames } from './fuzz-huber-mythen.ts';
import { mqttFrames } from './fuzz-mqtt.ts';

export const wires: readonly WireFrames[] = [mqttFrames, aerisFrames, labLimsFrames, dacoFrames, huberMythenFrames];

/** The wires of a list with commas; `all` are all of them. */
export function wiresNamed(names: string): readonly WireFrames[] {
  if (names === 'all') return wires;
  return names.split(',').map((name) => {
    const found = wires.find(({ wire }) => wire === name);
    if (!found) throw badInput('--wire', `there is no wire '${name}'`, `choose from: ${wires.map(({ wire }) => wire).join(', ')}, all`);
    return found;
  });
}

/** What a reader made of damaged bytes. `passed`: it believed something that was never sent. `same`: what it read is what was sent. */
export type FrameOutcome = 'refused' | 'same' | 'passed';

export interface FrameVerdict {
  readonly kind: FrameKind;
  readonly damage: Damage;
  readonly outcome: FrameOutcome;
  /** A checksum, length or number of fields was broken. */
  readonly formBroken: boolean;
  readonly bytes: number;
}

/** One damaged frame: a pure function of wire, seed and number. Rejects with whatever the reader throws, and where a sound frame is not read. */
export async function fuzzFrame(wire: WireFrames, seed: number, index: number): Promise<FrameVerdict> {
  const kind = kindOf(wire, index);
  const random = seededRandom(`wire.${wire.wire}.${seed}.${index}`);
  const frame = await kind.make(random);
  const meant = await frame.read(frame.bytes);
  if (meant === null)
    throw new RangeError(`a sound frame of kind ${kind.name} is refused: ${Buffer.from(frame.bytes).toString('latin1').slice(0, 80)}`);
  const { damage, bytes } = damageFrame(frame.bytes, random);
  const said = await frame.read(bytes);
  const formBroken = frame.isFormBroken?.(bytes) ?? false;
  return { kind, damage, outcome: said === null ? 'refused' : said === meant ? 'same' : 'passed', formBroken, bytes: bytes.length };
}

/** Kinds take turns; one that is slow to read leaves most of its turns to the next. */
export function kindOf({ kinds }: WireFrames, index: number): FrameKind {
  const round = Math.floor(index / kinds.length);
  let at = index % kinds.length;
  for (let passes = 0; passes < kinds.length; passes++, at = (at + 1) % kinds.length)
    if (round % (kinds[at]!.oneOf ?? 1) === 0) return kinds[at]!;
  return kinds[0]!;
}
