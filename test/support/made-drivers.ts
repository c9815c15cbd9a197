import type { DriverDependencies, DriverPlugIn } from '../../drivers/driver-plug-in.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';

/** For drivers that need no password and no file. */
export const nothingFromOutside: DriverDependencies = { secret: () => undefined, readText: () => '' };

/** Drivers made from options as the house makes them, all closed in the end. */
export function madeDrivers(plugIn: DriverPlugIn, runtime: Runtime): { make(options: unknown): Diffractometer; close(): Promise<void> } {
  const made: Diffractometer[] = [];
  return {
    make: (options) => {
      const driver = plugIn.make(options, runtime, nothingFromOutside);
      made.push(driver);
      return driver;
    },
    close: async () => {
      for (const driver of made) await driver.close();
    },
  };
}
