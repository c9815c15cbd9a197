/** Says every few seconds how far a stage has come and how long it will take. */
export interface StageProgress {
  /** So much more was done. */
  readonly add: (more: number) => void;
}

const SAY_EVERY_MS = 5000;

export function stageProgress(stage: string, total: number, nowMs: () => number, say: (line: string) => void): StageProgress {
  const startMs = nowMs();
  let done = 0;
  let saidMs = startMs;
  /** Counted in the first call: what an earlier start had done came at once and says nothing about the speed. */
  let atOnce = 0;
  return {
    add(more) {
      done += more;
      const ms = nowMs();
      if (ms - startMs < 200) atOnce = done;
      if (ms - saidMs < SAY_EVERY_MS) return;
      saidMs = ms;
      const leftS = ((ms - startMs) / 1000 / Math.max(1, done - atOnce)) * (total - done);
      say(`${stage}: ${Math.round(done)} of ${total}, about ${readable(leftS)} left`);
    },
  };
}

function readable(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time';
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
