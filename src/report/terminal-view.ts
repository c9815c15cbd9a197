import type { RunGoal } from '../domain/decision.ts';
import type { RunProgress } from '../loop/parts.ts';
import type { Capabilities, InstrumentIdentity } from '../ports/diffractometer.ts';
import { progressLine, renderTerminal } from './terminal-lines.ts';
import { newTerminalState, reduceProgress } from './terminal-state.ts';

export interface TerminalViewOptions {
  readonly runId: string;
  readonly goal: Pick<RunGoal, 'ceilingDeg'>;
  /** Writes to stderr, as it is. */
  readonly write: (text: string) => void;
  /** Can the terminal be redrawn? Otherwise each event worth it gets one line. */
  readonly interactive: boolean;
  readonly columns: number;
  /** Monotonic. */
  readonly nowMs: () => number;
}

export interface TerminalView {
  /** The instrument is open; may come again where a run is taken up once more. */
  open(identity: InstrumentIdentity, capabilities: Capabilities): void;
  show(progress: RunProgress): void;
  /** Draws the last state and leaves it standing. */
  close(): void;
}

/** Chunks may come hundreds of times a second; eyes do not follow that. */
const REDRAW_MS = 100;
const CLEAR_BELOW = '\u001b[J';

/** Follows a run on stderr. */
export function terminalView(options: TerminalViewOptions): TerminalView {
  const { runId, goal, interactive, write, nowMs } = options;
  const sparkRange = { fromDeg: 0, toDeg: goal.ceilingDeg };
  let view = newTerminalState({ runId, instrumentId: 'no instrument yet', simulated: false, clockSpeed: 1, sparkRange });
  let drawnLines = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  const draw = (): void => {
    const lines = renderTerminal(view, options.columns);
    const back = drawnLines > 0 ? `\u001b[${drawnLines}A\r` : '';
    write(`${back}${CLEAR_BELOW}${lines.join('\n')}\n`);
    drawnLines = lines.length;
    drawnAtMs = nowMs();
  };

  return {
    open: ({ instrumentId, simulated, clockSpeed }, { twoThetaLimits }) => {
      const toDeg = Math.max(twoThetaLimits.fromDeg + 1, Math.min(twoThetaLimits.toDeg, goal.ceilingDeg));
      view = newTerminalState({ runId, instrumentId, simulated, clockSpeed, sparkRange: { fromDeg: twoThetaLimits.fromDeg, toDeg } });
      if (interactive) draw();
      else write(`${runId} on ${instrumentId}${simulated ? ' (simulated)' : ''}\n`);
    },
    show: (progress) => {
      if (isClosed) return;
      const before = view;
      view = reduceProgress(view, progress);
      if (!interactive) {
        const line = progressLine(before, view);
        if (line !== null) write(`${line}\n`);
      } else if (progress.kind === 'identified' || nowMs() - drawnAtMs >= REDRAW_MS) draw();
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      if (interactive) draw();
    },
  };
}
