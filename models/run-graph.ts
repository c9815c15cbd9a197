import type { InferenceWorker } from './inference-worker.ts';
import { brokenBundle, type Manifest, readBundleFile } from './manifest.ts';
import { CHANNELS } from './preprocess.ts';
import type { Feed } from './session-messages.ts';

export interface GraphOutputs {
  /** [batch, members, phases], untempered. */
  readonly logits: Float32Array;
  /** [batch, members, phases, cells], where they were asked for. */
  readonly maps?: Float32Array;
}

/** `inputs`: [batch, 3, points]. */
export type GraphRunner = (inputs: Float32Array, withMaps: boolean) => Promise<GraphOutputs>;

/** The masks of the members, where the graph takes them. Fails with 'model' where the file is wrong or two members share a mask. */
export function readMasks(bundleDir: string, manifest: Manifest): Feed[] | null {
  const { masks } = manifest.onnx;
  if (!masks) return null;
  const bytes = readBundleFile(bundleDir, masks.file, masks.sha256);
  const perMember = masks.size.reduce((product, n) => product * n, 1);
  const members = manifest.members.length;
  if (bytes.length !== 4 * members * perMember)
    throw brokenBundle(
      masks.file,
      `${masks.file} holds ${bytes.length / 4} numbers, ${members} masks of ${masks.size.join(' x ')} are ${members * perMember}`,
    );
  const all = Float32Array.from({ length: members * perMember }, (_, i) => bytes.readFloatLE(4 * i));
  const feeds = manifest.members.map((_, m) => ({
    name: masks.input,
    data: all.slice(m * perMember, (m + 1) * perMember),
    size: masks.size,
  }));
  const seen = new Map<string, number>();
  for (const [m, { data }] of feeds.entries()) {
    const key = data.join();
    const twin = seen.get(key);
    if (twin !== undefined)
      throw brokenBundle(
        masks.file,
        `${manifest.members[twin]!.memberId} and ${manifest.members[m]!.memberId} have the same mask, so they are one member`,
      );
    seen.set(key, m);
  }
  return feeds;
}

/** Checks that the graph has the inputs and outputs of the manifest and runs it. Fails with 'model' naming what is missing. */
export function graphRunner(worker: InferenceWorker, manifest: Manifest, masks: readonly Feed[] | null, subject: string): GraphRunner {
  const { onnx, grid, phases, members, cells } = manifest;
  checkNames(worker, manifest, subject);
  const perPattern = CHANNELS * grid.points;

  async function runOnce(inputs: Float32Array, withMaps: boolean, mask: Feed | null): Promise<GraphOutputs> {
    const batch = inputs.length / perPattern;
    if (!Number.isInteger(batch)) throw brokenBundle(subject, `${inputs.length} numbers are not patterns of ${CHANNELS} x ${grid.points}`);
    const pattern: Feed = { name: onnx.input, data: inputs, size: [batch, CHANNELS, grid.points] };
    const perVote = mask ? [batch, phases.length] : [batch, members.length, phases.length];
    const wanted = withMaps ? [onnx.logits, onnx.maps] : [onnx.logits];
    const [logits, maps] = await worker.run(mask ? [pattern, mask] : [pattern], wanted);
    checkSize(onnx.logits, logits!.size, perVote, subject);
    if (maps) checkSize(onnx.maps, maps.size, [...perVote, cells], subject);
    return maps ? { logits: logits!.data, maps: maps.data } : { logits: logits!.data };
  }

  return async (inputs, withMaps) => {
    if (!masks) return runOnce(inputs, withMaps, null);
    const votes: GraphOutputs[] = [];
    for (const mask of masks) votes.push(await runOnce(inputs, withMaps, mask));
    const batch = inputs.length / perPattern;
    const logits = interleaved(
      votes.map((vote) => vote.logits),
      batch,
    );
    return withMaps
      ? {
          logits,
          maps: interleaved(
            votes.map((vote) => vote.maps!),
            batch,
          ),
        }
      : { logits };
  };
}

/** members x [batch, ...] -> [batch, members, ...] */
function interleaved(perMember: readonly Float32Array[], batch: number): Float32Array {
  const width = perMember[0]!.length / Math.max(1, batch);
  const all = new Float32Array(batch * perMember.length * width);
  for (let b = 0; b < batch; b++)
    for (const [m, values] of perMember.entries()) all.set(values.subarray(b * width, (b + 1) * width), (b * perMember.length + m) * width);
  return all;
}

function checkNames({ inputs, outputs }: InferenceWorker, { onnx }: Manifest, subject: string): void {
  const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ') || 'none';
  const wanted = onnx.masks ? [onnx.input, onnx.masks.input] : [onnx.input];
  const missing = wanted.find((name) => !inputs.includes(name));
  if (missing !== undefined) throw brokenBundle(subject, `the graph has no input '${missing}' (it has ${list(inputs)})`);
  const unfed = inputs.find((name) => !wanted.includes(name));
  if (unfed !== undefined)
    throw brokenBundle(subject, `the graph takes '${unfed}', of which the manifest says nothing; an input for masks belongs in onnx.masks`);
  if (!outputs.includes(onnx.logits)) throw brokenBundle(subject, `the graph has no output '${onnx.logits}' (it has ${list(outputs)})`);
  if (!outputs.includes(onnx.maps))
    throw brokenBundle(
      subject,
      `the graph has no output '${onnx.maps}' for the maps (it has ${list(outputs)}); without maps nobody can see where members disagree`,
    );
}

function checkSize(name: string, found: readonly number[], wanted: readonly number[], subject: string): void {
  if (found.length === wanted.length && found.every((n, i) => n === wanted[i])) return;
  throw brokenBundle(subject, `the graph's output '${name}' is ${found.join(' x ')}, by the manifest it should be ${wanted.join(' x ')}`);
}
