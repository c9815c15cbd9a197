import { earlyReady, encoderFreeze, limitSwitch, lostInitialisation, offTarget } from './axis-faults.ts';
import { highVoltageAlarm, waterAlarm } from './cabinet-alarms.ts';
import { garbledChunk, lostChunk, reorderedChunk, repeatedChunk } from './chunk-faults.ts';
import { secondMaster, serviceSwitch } from './controller-faults.ts';
import { crash } from './crash.ts';
import { doorOpens } from './door-opens.ts';
import type { AnyFault } from './fault.ts';
import { generatorTrip } from './generator-trip.ts';
import { halfOpenLink } from './half-open-link.ts';
import { endlessXoff, shortBuffer, unpluggedPort } from './line-faults.ts';
import { localControl } from './local-control.ts';
import { brokerDrop, linkCut } from './network-faults.ts';
import { readoutFailed } from './readout-failed.ts';
import { foreignReply, garbledReply, halfReply, lateReply, lostCommand, lostReply, repeatedReply } from './reply-faults.ts';
import {
  clockJump,
  decimalComma,
  doubleResult,
  lateResult,
  lockedResult,
  missingResult,
  partialResult,
  staleResult,
} from './result-faults.ts';
import { fatalReply, missingSample, readyWhileMeasuring } from './sample-faults.ts';
import { shutterStuck } from './shutter-stuck.ts';
import { staleSafety } from './stale-safety.ts';
import { deadStrips, hotStrip, saturation, thresholdDrift } from './strip-faults.ts';

/** Every fault by its id. */
export const faults: ReadonlyMap<string, AnyFault> = new Map(
  [
    doorOpens,
    generatorTrip,
    waterAlarm,
    highVoltageAlarm,
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
    lostCommand,
    lostReply,
    lateReply,
    repeatedReply,
    garbledReply,
    foreignReply,
    halfReply,
    halfOpenLink,
    unpluggedPort,
    endlessXoff,
    shortBuffer,
    limitSwitch,
    lostInitialisation,
    encoderFreeze,
    offTarget,
    earlyReady,
    secondMaster,
    serviceSwitch,
    staleResult,
    partialResult,
    doubleResult,
    lockedResult,
    lateResult,
    missingResult,
    decimalComma,
    clockJump,
    missingSample,
    fatalReply,
    readyWhileMeasuring,
    hotStrip,
    deadStrips,
    saturation,
    thresholdDrift,
    readoutFailed,
  ].map((fault) => [fault.id, fault as AnyFault]),
);
