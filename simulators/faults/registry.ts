import { garbledChunk, lostChunk, reorderedChunk, repeatedChunk } from './chunk-faults.ts';
import { crash } from './crash.ts';
import { doorOpens } from './door-opens.ts';
import type { AnyFault } from './fault.ts';
import { generatorTrip } from './generator-trip.ts';
import { localControl } from './local-control.ts';
import { brokerDrop, linkCut } from './network-faults.ts';
import { shutterStuck } from './shutter-stuck.ts';
import { staleSafety } from './stale-safety.ts';

/** Every fault by its id. */
export const faults: ReadonlyMap<string, AnyFault> = new Map(
  [
    doorOpens,
    generatorTrip,
    shutterStuck,
    localControl,
    brokerDrop,
    linkCut,
    lostChunk,
    repeatedChunk,
    reorderedChunk,
    garbledChunk,
    staleSafety,
    crash,
  ].map((fault) => [fault.id, fault as AnyFault]),
);
