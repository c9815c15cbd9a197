import type { BytePort } from '../../drivers/transport/byte-port.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { MortalPort } from './mortal-port.ts';

/** Programs that have the same wires one after the other. */
export interface Heirs {
  /** The driver of the next program; the programs before it die. */
  next(): Diffractometer;
  /** What was counted while the program of this attempt lived, from 1. */
  countedDuring(attempt: number): number;
  close(): Promise<void>;
}

/**
 * Heirs on wires that have one owner and carry no names: another program comes only after the first has died, and its connections with it; what the
 * far end counts up to now is the doing of whoever lives. `start` opens its ports through `lend`.
 */
export function heirs(start: (lend: (port: BytePort) => BytePort) => Diffractometer, countUpToNow: () => number): Heirs {
  const ports: MortalPort[] = [];
  const made: Diffractometer[] = [];
  const countsBefore: number[] = [];
  return {
    next: () => {
      const freed = Promise.all(ports.map((port) => port.die()));
      countsBefore.push(countUpToNow());
      const driver = start((port) => {
        const mortal = new MortalPort(port, freed);
        ports.push(mortal);
        return mortal;
      });
      made.push(driver);
      return driver;
    },
    countedDuring: (attempt) => {
      const until = countsBefore[attempt] ?? countUpToNow();
      return until - (countsBefore[attempt - 1] ?? until);
    },
    close: async () => {
      for (const driver of [...made].reverse()) await driver.close();
    },
  };
}
