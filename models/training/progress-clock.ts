/** Says every few seconds how far a stage has come and how long it will take. */
export interface StageProgress {
  /** So much more was done. */
  readonly add: (more: number) => void;
  /** So much was done by an earlier start; it says nothing about the speed. */
  readonly had: (already: number) => void;
}

const SAY_EVERY_MS = 5000;

export function stageProgress(stage: string, total: number, nowMs: () => number, say: (line: string) => void): StageProgress {
  const startMs = nowMs();
  let done = 0;
  let saidMs = startMs;
  let before = 0;
  return {
    had(already) {
      before += already;
      done += already;
    },
    add(more) {
      done += more;
      const ms = nowMs();
      if (ms - saidMs < SAY_EVERY_MS) return;
      saidMs = ms;
      const leftS = ((ms - startMs) / 1000 / Math.max(1, done - before)) * (total - done);
      say(`${stage}: ${Math.round(done)} of ${total}, about ${readable(leftS)} left`);
    },
  };
}

function readable(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time';
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
