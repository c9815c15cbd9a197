import { axisStall, earlyReady, encoderFreeze, limitSwitch, lostInitialisation, offTarget, powerCycle } from './axis-faults.ts';
import { highVoltageAlarm, waterAlarm } from './cabinet-alarms.ts';
import { foreignChunk, garbledChunk, lostChunk, reorderedChunk, repeatedChunk } from './chunk-faults.ts';
import { busyPort, secondMaster, serviceSwitch } from './controller-faults.ts';
import { crash } from './crash.ts';
import { doorOpens } from './door-opens.ts';
import { emergencyStop } from './emergency-stop.ts';
import type { AnyFault } from './fault.ts';
import { generatorTrip } from './generator-trip.ts';
import { halfOpenLink } from './half-open-link.ts';
import { endlessXoff, shortBuffer, unpluggedPort } from './line-faults.ts';
import { localControl } from './local-control.ts';
import { brokerDrop, linkCut } from './network-faults.ts';
import { frameOverflow, readoutFailed } from './readout-failed.ts';
import {
  foreignReply,
  garbledReply,
  halfReply,
  lateReply,
  lostCommand,
  lostReply,
  reorderedReply,
  repeatedReply,
  staleReply,
} from './reply-faults.ts';
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
import { fatalReply, missingSample, readyWhileMeasuring, spinnerStop, wrongSample } from './sample-faults.ts';
import { shutterMisread, shutterStuck } from './shutter-stuck.ts';
import { staleSafety } from './stale-safety.ts';
import { deadStrips, hotStrip, saturation, thresholdDrift } from './strip-faults.ts';

/** Every fault by its id. */
export const faults: ReadonlyMap<string, AnyFault> = new Map(
  [
    doorOpens,
    emergencyStop,
    generatorTrip,
    waterAlarm,
    highVoltageAlarm,
    shutterStuck,
    shutterMisread,
    localControl,
    missingSample,
    wrongSample,
    spinnerStop,
    brokerDrop,
    linkCut,
    lostChunk,
    repeatedChunk,
    reorderedChunk,
    garbledChunk,
    foreignChunk,
    staleSafety,
    crash,
    lostCommand,
    lostReply,
    lateReply,
    repeatedReply,
    reorderedReply,
    staleReply,
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
    axisStall,
    powerCycle,
    secondMaster,
    serviceSwitch,
    busyPort,
    staleResult,
    partialResult,
    doubleResult,
    lockedResult,
    lateResult,
    missingResult,
    decimalComma,
    clockJump,
    fatalReply,
    readyWhileMeasuring,
    hotStrip,
    deadStrips,
    saturation,
    thresholdDrift,
    readoutFailed,
    frameOverflow,
  ].map((fault) => [fault.id, fault as AnyFault]),
);
