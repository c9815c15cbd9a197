import { expect, test } from '@jest/globals';
import { SafetyCircuit } from '../../../simulators/safety-circuit.ts';

const makeCircuit = () =>
  new SafetyCircuit(
    () => {},
    () => {},
  );
const ALARM = { kind: 'interlock', severity: 'major', text: 'a door is open', sinceS: 1 } as const;

test.each([{ interlockClosed: false }, { doorsClosed: false }, { emergencyStop: true }, { generatorOn: false }])(
  '%j drops an open shutter by itself and keeps it closed',
  (change) => {
    const circuit = makeCircuit();
    expect(circuit.openShutter()).toBe(true);
    circuit.set(change);
    expect(circuit.now().shutter).toBe('closed');
    expect(circuit.openShutter()).toBe(false);
    expect(circuit.now().shutter).toBe('closed');
  },
);

test('an alarm outlasts its cause, and no reset clears it while the cause stands', () => {
  const circuit = makeCircuit();
  circuit.set({ doorsClosed: false });
  circuit.raise('door', ALARM);
  circuit.reset();
  expect(circuit.alarms().size).toBe(1);
  circuit.set({ doorsClosed: true });
  expect(circuit.openShutter()).toBe(false);
  circuit.reset();
  expect(circuit.openShutter()).toBe(true);
});

test('with a stuck shutter an opening door takes the high voltage instead', () => {
  const circuit = makeCircuit();
  circuit.openShutter();
  circuit.stickShutter(1);
  circuit.set({ doorsClosed: false });
  expect(circuit.now()).toMatchObject({ shutter: 'open', generatorOn: false });
  expect([...circuit.alarms().keys()]).toEqual(['shutter']);
});
