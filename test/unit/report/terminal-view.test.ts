import { describe, expect, test } from '@jest/globals';
import type { RunContext } from '../../../src/loop/context.ts';
import type { RunProgress } from '../../../src/loop/parts.ts';
import type { Capabilities, InstrumentIdentity } from '../../../src/ports/diffractometer.ts';
import { progressLine, renderTerminal } from '../../../src/report/terminal-lines.ts';
import { newTerminalState, reduceProgress, scanProgress, spentSoFarS, type TerminalState } from '../../../src/report/terminal-state.ts';
import { terminalView } from '../../../src/report/terminal-view.ts';
import { sparkline, textBar } from '../../../src/report/text-bars.ts';
import { scanCommand } from '../../support/scan-command.ts';
import { demoContext, demoIdentification, GOAL } from './demo-record.ts';

const START = newTerminalState({
  runId: 'r1',
  instrumentId: 'bench-1',
  simulated: true,
  clockSpeed: 100,
  sparkRange: { fromDeg: 10, toDeg: 80 },
});
const COMMAND = scanCommand({
  requestId: 'r1-c1-1',
  range: { fromDeg: 10, toDeg: 20 },
  stepDeg: 0.1,
  dwellS: 2,
  pointCount: 100,
  expectedS: 200,
  how: { kind: 'step' },
});
const pending = (command = COMMAND): RunContext => ({
  ...demoContext(null),
  pending: { request: demoContext().cycles[0]!.requests[0]!, command },
});
const state = (name: string, context: RunContext): RunProgress => ({ kind: 'state', state: name, context });
const chunk = (points: number, deg: number, counts: number, liveS = 2): RunProgress => ({
  kind: 'chunk',
  command: COMMAND,
  points,
  chunk: {
    requestId: COMMAND.requestId,
    attempt: 1,
    sequence: 0,
    twoThetaDeg: Float64Array.of(deg),
    counts: Float64Array.of(counts),
    liveS: Float64Array.of(liveS),
    instrumentTimeS: 1,
  },
});
const stateAfter = (...events: RunProgress[]): TerminalState => events.reduce(reduceProgress, START);

describe('the reducer', () => {
  test('follows a scan and foresees its end on both clocks', () => {
    const view = stateAfter(state('measuring', pending()), chunk(25, 12, 80));
    expect(scanProgress(view)).toEqual({ share: 0.25, leftS: 150, leftWallS: 1.5 });
    expect(spentSoFarS(view) - spentSoFarS(stateAfter(state('measuring', pending())))).toBe(50);
  });

  test('keeps the points of a scan when the machine changes state, and drops them for the next one', () => {
    const view = stateAfter(state('measuring', pending()), chunk(25, 12, 80), state('backingOff', pending()));
    expect(view.scan?.points).toBe(25);
    expect(reduceProgress(view, state('measuring', pending({ ...COMMAND, attempt: 2 }))).scan?.points).toBe(0);
    expect(reduceProgress(view, state('deciding', demoContext(null))).scan).toBeNull();
  });

  test('keeps the highest rate of each cell and leaves the state before as it was', () => {
    const before = stateAfter(chunk(1, 12, 80));
    const view = reduceProgress(reduceProgress(before, chunk(2, 12.1, 8)), chunk(3, 12.2, 5, 0));
    expect(Math.max(...view.sparkCps.filter(Number.isFinite))).toBe(40);
    expect(START.sparkCps.some(Number.isFinite)).toBe(false);
    expect(reduceProgress(before, chunk(2, 500, 8)).sparkCps).toEqual(before.sparkCps);
  });
});

describe('the view', () => {
  const whole = stateAfter(state('measuring', pending()), chunk(25, 12, 80), { kind: 'identified', identification: demoIdentification(2) });

  test('shows the state, the scan, the budget, the candidates and the reason', () => {
    const text = renderTerminal(whole, 100).join('\n');
    for (const part of [
      '(simulated)',
      'measuring',
      'cycle 4',
      '10–20°',
      '25 %',
      '1.5 s here',
      '1 h 30 min',
      '● ZrO₂ (14)',
      '○ La(OH)₃ (176)',
      'still in doubt',
    ])
      expect(text).toContain(part);
  });

  test.each([20, 40, 80, 200])('fits into %i columns', (columns) => {
    for (const line of renderTerminal(whole, columns)) expect([...line].length).toBeLessThan(Math.max(21, columns));
  });

  test('of a run that has only begun is short', () => {
    expect(renderTerminal(START, 80)).toHaveLength(2);
  });

  test('holds no control character, whatever the names are', () => {
    const context = {
      ...pending(),
      runId: '\u001b[2J',
      cycles: demoContext().cycles.map((cycle) => ({ ...cycle, reason: '\u001b]0;x\u0007' })),
    };
    const lines = renderTerminal({ ...stateAfter(state('a\u001b[31m', context)), runId: '\u001b[2J' }, 80);
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
  });
});

test('one line for each event that is worth it', () => {
  const events = [
    state('reconciling', { ...demoContext(null), cycle: 0, cycles: [] }),
    state('committing', { ...demoContext(null), cycle: 1, cycles: demoContext().cycles.slice(0, 1) }),
    state('measuring', { ...pending(), cycle: 1, cycles: demoContext().cycles.slice(0, 1) }),
    chunk(1, 12, 80),
    { kind: 'identified', identification: demoIdentification(1) } as const,
    state('safing', demoContext()),
  ];
  let view = START;
  const lines = events.map((event) => {
    const before = view;
    view = reduceProgress(view, event);
    return progressLine(before, view);
  });
  expect(lines[0]).toBeNull();
  expect(lines[1]).toContain('cycle 1: nothing is known yet');
  expect(lines[2]).toContain('scan 10–20°');
  expect(lines[3]).toBeNull();
  expect(lines[4]).toContain('identified ZrO₂ (14) + TiO₂ (136), set 0.410');
  expect(lines[5]).toContain('accept:');
});

describe('the driver', () => {
  const identity = { instrumentId: 'bench-1', simulated: true, clockSpeed: 1 } as InstrumentIdentity;
  const capabilities = { twoThetaLimits: { fromDeg: 5, toDeg: 120 } } as Capabilities;
  const followed = (interactive: boolean) => {
    const written: string[] = [];
    let nowMs = 0;
    const view = terminalView({
      runId: 'r1',
      goal: GOAL,
      write: (text) => void written.push(text),
      interactive,
      columns: 80,
      nowMs: () => nowMs,
    });
    view.open(identity, capabilities);
    return {
      view,
      written,
      pass: (ms: number) => {
        nowMs += ms;
      },
    };
  };

  test('draws over its own lines, and not more often than eyes can follow', () => {
    const { view, written, pass } = followed(true);
    view.show(state('measuring', pending()));
    expect(written).toHaveLength(1);
    pass(100);
    view.show(state('measuring', pending()));
    const lines = written[0]!.split('\n').length - 1;
    expect(written[1]!.startsWith(`\u001b[${lines}A\r\u001b[J`)).toBe(true);
    view.close();
    view.close();
    view.show(state('deciding', pending()));
    expect(written).toHaveLength(3);
  });

  test('writes plain lines where nothing can be redrawn', () => {
    const { view, written } = followed(false);
    view.show(state('measuring', pending()));
    view.close();
    expect(written.join('')).not.toContain('\u001b');
    expect(written.every((text) => text.endsWith('\n'))).toBe(true);
  });
});

test('bars and sparklines', () => {
  expect(textBar(0.5, 4)).toBe('██··');
  expect([textBar(Number.NaN, 3), textBar(7, 3), textBar(-1, 3)]).toEqual(['···', '███', '···']);
  expect(sparkline([0, 25, 100, Number.NaN])).toBe('▁▅█ ');
  expect(sparkline([0, 0])).toBe('▁▁');
});
