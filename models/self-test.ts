import { brokenBundle, type Manifest, readBundleFile } from './manifest.ts';
import { CHANNELS } from './preprocess.ts';

/** What a start-up self-test found. */
export interface SelfTestReport {
  /** Largest difference between the logits now and those stored at export. */
  readonly maxAbsError: number;
  /** Median over the stored ambiguous patterns of the largest standard deviation of the members' probabilities. */
  readonly memberSpread: number;
  /** Largest scatter over the patterns of logit - sum of map, which is a constant (the bias) where the map is the logit's own. */
  readonly mapError: number;
}

export interface StoredTest {
  /** [patterns, 3, points] */
  readonly inputs: Float32Array;
  /** [patterns, members, phases] */
  readonly logits: Float32Array;
}

const MAX_ERROR = 1e-3;
const MIN_SPREAD = 1e-3;

/** Reads the stored inputs (little-endian 16-bit integers over `scale`) and the logits (32-bit floats) that follow them. */
export function readStoredTest(bundleDir: string, manifest: Manifest): StoredTest {
  const { selfTest, grid, members, phases } = manifest;
  const bytes = readBundleFile(bundleDir, selfTest.file, selfTest.sha256);
  const inputCount = selfTest.patterns * CHANNELS * grid.points;
  const logitCount = selfTest.patterns * members.length * phases.length;
  if (bytes.length !== 2 * inputCount + 4 * logitCount) throw brokenBundle(selfTest.file, `${selfTest.file} has the wrong length`);
  const inputs = Float32Array.from({ length: inputCount }, (_, i) => bytes.readInt16LE(2 * i) / selfTest.scale);
  const logits = Float32Array.from({ length: logitCount }, (_, i) => bytes.readFloatLE(2 * inputCount + 4 * i));
  return { inputs, logits };
}

/** Compares what the network gives now with what was stored. */
export function examine(manifest: Manifest, stored: StoredTest, logits: Float32Array, maps: Float32Array): SelfTestReport {
  const { selfTest, temperature, cells } = manifest;
  const members = manifest.members.length;
  const phases = manifest.phases.length;
  let maxAbsError = logits.length === stored.logits.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) maxAbsError = worse(maxAbsError, Math.abs(logits[i]! - stored.logits[i]!));
  const spreads = selfTest.ambiguous
    .map((pattern) => {
      let largest = 0;
      for (let phase = 0; phase < phases; phase++) {
        const votes = Array.from({ length: members }, (_, m) => {
          const logit = logits[(pattern * members + m) * phases + phase]! / temperature;
          return 1 / (1 + Math.exp(-logit));
        });
        const mean = votes.reduce((sum, vote) => sum + vote, 0) / members;
        largest = Math.max(largest, Math.sqrt(votes.reduce((sum, vote) => sum + (vote - mean) ** 2, 0) / members));
      }
      return largest;
    })
    .sort((a, b) => a - b);
  let mapError = 0;
  for (let output = 0; output < members * phases; output++) {
    const biases = Array.from({ length: selfTest.patterns }, (_, pattern) => {
      const at = pattern * members * phases + output;
      let sum = 0;
      for (let cell = 0; cell < cells; cell++) sum += maps[at * cells + cell]!;
      return logits[at]! - sum;
    });
    mapError = worse(mapError, Math.max(...biases) - Math.min(...biases));
  }
  return { maxAbsError, memberSpread: spreads[spreads.length >> 1] ?? 0, mapError };
}

/** NaN counts as the worst. */
function worse(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b);
}

/** Why the bundle must not be used, in one sentence; null where it may. */
export function objection({ maxAbsError, memberSpread, mapError }: SelfTestReport): string | null {
  if (Number.isNaN(maxAbsError)) return 'its logits, now or as stored, are not all numbers';
  if (Number.isNaN(mapError)) return 'its maps are not all numbers';
  if (!(maxAbsError <= MAX_ERROR)) return `its outputs differ from the stored ones by ${maxAbsError}, more than ${MAX_ERROR}`;
  if (!(memberSpread > MIN_SPREAD))
    return `its members agree on ambiguous patterns (median spread ${memberSpread}), so their votes say nothing`;
  if (!(mapError <= MAX_ERROR)) return `its maps do not sum to its logits (off by ${mapError})`;
  return null;
}
