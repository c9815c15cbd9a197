import type { ReplyGate, ReplyReach, ReplyTamper } from '../reply-gate.ts';

/** The faults of requests and replies for two devices that are reached apart: what is lost, late or doubled on one is not seen on the other. */
export function bothGates(gates: readonly ReplyGate[]): ReplyReach {
  const each = (add: (gate: ReplyGate) => () => void): (() => void) => {
    const removals = gates.map(add);
    return () => {
      for (const remove of removals) remove();
    };
  };
  return {
    addTamper: (tamper: ReplyTamper) => each((gate) => gate.addTamper(tamper)),
    addSieve: (sieve) => each((gate) => gate.addSieve(sieve)),
    deafen: (on) => {
      for (const gate of gates) gate.deafen(on);
    },
  };
}
