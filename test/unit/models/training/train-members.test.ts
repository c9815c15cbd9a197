import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inParallel } from '../../../../models/training/in-parallel.ts';
import { type StageProgress, stageProgress } from '../../../../models/training/progress-clock.ts';
import { memberFile, trainMembers } from '../../../../models/training/train-members.ts';
import { EwaldError } from '../../../../src/domain/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-members-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that stands for Python: it takes the options of train.py and does what `body` says. */
function standIn(body: string): string {
  const path = join(folder, 'python');
  const take = 'while [ $# -gt 0 ]; do case $1 in --out) out=$2;; --member) member=$2;; --threads) threads=$2;; esac; shift; done';
  writeFileSync(path, `#!/bin/sh\n${take}\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const job = (python: string, members = 3) => ({
  python,
  pool: ['pool'],
  validation: 'validation',
  members,
  patterns: 100,
  seed: 1,
  threads: 2,
  hasCuda: false,
  folder,
});

describe('members', () => {
  test('are trained once each, the last alone on all cores; what an earlier start had learnt is counted apart', async () => {
    const python = standIn(
      `echo "{\\"event\\":\\"start\\",\\"step\\":2,\\"steps\\":4,\\"resumedFrom\\":50}"; echo "$threads" > "$out"; echo '{"event":"done"}'`,
    );
    writeFileSync(memberFile(folder, 1), 'there');
    let [learnt, had] = [0, 0];
    const progress: StageProgress = {
      add: (more) => {
        learnt += more;
      },
      had: (already) => {
        had += already;
      },
    };
    const before = await trainMembers(job(python), progress, new AbortController().signal);
    // One member is there, the two others resume half way.
    expect([learnt, had]).toEqual([100, 200]);
    expect(before).toBe(200);
    for (const member of [0, 1, 2]) expect(existsSync(memberFile(folder, member))).toBe(true);
  });

  test('that fail are reported with the last thing they said', async () => {
    const python = standIn('echo "first" >&2; echo "RuntimeError: out of memory" >&2; exit 1');
    const failure = trainMembers(job(python), { add: () => undefined, had: () => undefined }, new AbortController().signal);
    await expect(failure).rejects.toMatchObject({ code: 'model', message: expect.stringContaining('out of memory') });
  });

  test('are asked to stop by an interrupt, and the interrupt is what is reported', async () => {
    const python = standIn(
      `trap 'echo saved > "$out.resume"; exit 130' TERM; echo '{"event":"start","step":0,"steps":4,"resumedFrom":0}'; sleep 20 > /dev/null 2>&1 & wait $!`,
    );
    const interrupt = new AbortController();
    const reason = new EwaldError('interrupted', 'train', 'stopped', 'go on');
    const failure = trainMembers(job(python, 1), { add: () => undefined, had: () => interrupt.abort(reason) }, interrupt.signal);
    await expect(failure).rejects.toBe(reason);
    expect(existsSync(`${memberFile(folder, 0)}.resume`)).toBe(true);
  });
});

test('the time left is told from what this start has done, not from what it found', () => {
  let ms = 0;
  const said: string[] = [];
  const progress = stageProgress(
    'learning',
    1000,
    () => ms,
    (line) => said.push(line),
  );
  ms = 400;
  progress.had(800);
  ms = 10_000;
  progress.add(100);
  expect(said).toEqual(['learning: 900 of 1000, about 10 s left']);
});

test('work in parallel keeps to its slots, and begins nothing after a failure', async () => {
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const act = async (n: number): Promise<void> => {
    begun.push(n);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    if (n === 2) throw new Error('two');
  };
  await expect(inParallel([1, 2, 3, 4, 5, 6], 2, act)).rejects.toThrow('two');
  expect(most).toBe(2);
  expect(begun.length).toBeLessThan(6);
});
