import type { RunProgress } from '../loop/parts.ts';
import type { Clock } from '../ports/runtime.ts';
import { reduceProgress, type TerminalState } from './terminal-state.ts';
import { progressLine, renderTerminal } from './terminal-view.ts';

export interface LiveViewOptions {
  /** Can the terminal be redrawn? Otherwise each event worth it gets one line. */
  readonly interactive: boolean;
  readonly columns: () => number;
  /** Writes to stderr, as it is. */
  readonly write: (text: string) => void;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

export interface LiveView {
  readonly onProgress: (progress: RunProgress) => void;
  /** Draws the last state and leaves it standing. */
  close(): void;
}

/** Chunks may come hundreds of times a second; eyes do not follow that. */
const REDRAW_MS = 100;
const CLEAR_BELOW = '\u001b[J';

/** Follows a run on stderr. */
export function liveView(start: TerminalState, options: LiveViewOptions): LiveView {
  let view = start;
  let drawnLines = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let closed = false;

  const draw = (): void => {
    const lines = renderTerminal(view, options.columns());
    const back = drawnLines > 0 ? `\u001b[${drawnLines}A\r` : '';
    options.write(`${back}${CLEAR_BELOW}${lines.join('\n')}\n`);
    drawnLines = lines.length;
    drawnAtMs = options.clock.monotonicMs();
  };

  return {
    onProgress: (progress) => {
      if (closed) return;
      const before = view;
      view = reduceProgress(view, progress);
      if (!options.interactive) {
        const line = progressLine(before, view);
        if (line !== null) options.write(`${line}\n`);
      } else if (progress.kind === 'identified' || options.clock.monotonicMs() - drawnAtMs >= REDRAW_MS) draw();
    },
    close: () => {
      if (closed) return;
      closed = true;
      if (options.interactive) draw();
    },
  };
}
