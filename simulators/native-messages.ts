import type { WireBirth, WireSafety } from '../drivers/mqtt/protocol.ts';
import type { InstrumentClock } from './instrument-clock.ts';
import type { InstrumentProfile } from './instrument-profile.ts';
import type { CircuitState } from './safety-circuit.ts';
import type { Specimen } from './specimen.ts';

/** Who says it, and when. */
interface Speaker {
  readonly bootId: string;
  readonly profile: InstrumentProfile;
  readonly clock: InstrumentClock;
}

/** What the instrument says of itself at its start. */
export function birthMessage({ bootId, profile, clock }: Speaker, specimen: Specimen): WireBirth {
  return {
    schema: 'ewald.birth/1',
    bootId,
    instrumentId: profile.instrumentId,
    title: profile.title,
    software: 'ewald simulator',
    simulated: true,
    sampleId: specimen.sampleId,
    radiation: { anode: specimen.radiation.anode, lines: specimen.radiation.lines.map((line) => ({ ...line })) },
    capabilities: profile.capabilities,
    clock: { atS: clock.nowS(), speed: clock.declaredSpeed },
  };
}

/** How the circuit stands, and the shutter by what the instrument says of it. */
export function safetyMessage(
  { bootId, profile, clock }: Speaker,
  sequence: number,
  circuit: CircuitState,
  shutter: 'open' | 'closed',
): WireSafety {
  return { schema: 'ewald.safety/1', bootId, sequence, ...circuit, shutter, atS: clock.nowS(), validForMs: profile.safetyValidForMs };
}
