import { z } from 'zod';
import { afterWallS, type Fault } from './fault.ts';

const unplugSchema = z.strictObject({
  /** Until it is plugged in again; null: never. */
  forWallS: z.number().positive().nullable().default(null),
  /** Whether the port has another name then. */
  renamed: z.boolean().default(false),
});

export const unpluggedPort: Fault<z.infer<typeof unplugSchema>> = {
  id: 'unplugged-port',
  title: 'the cable of the serial port is pulled',
  optionsSchema: unplugSchema,
  needs: 'line',
  apply(reach, { forWallS, renamed }, _atS, took) {
    reach.line?.unplug();
    took('the port was unplugged');
    if (forWallS === null) return;
    afterWallS(reach, forWallS, () => {
      reach.line?.plug(renamed);
      took(renamed ? 'the port was plugged in under another name' : 'the port was plugged in again');
    });
  },
};

const holdSchema = z.strictObject({ forWallS: z.number().positive().nullable().default(null) });

export const endlessXoff: Fault<z.infer<typeof holdSchema>> = {
  id: 'endless-xoff',
  title: 'the instrument stops the line with XOFF',
  optionsSchema: holdSchema,
  needs: 'line',
  apply(reach, { forWallS }, _atS, took) {
    reach.line?.hold(true);
    took('the line was stopped with XOFF');
    if (forWallS !== null) afterWallS(reach, forWallS, () => reach.line?.hold(false));
  },
};

const bufferSchema = z.strictObject({ bytes: z.int().positive().default(16), forWallS: z.number().positive().nullable().default(null) });

/** As on the Philips APD3520: what comes in one go beyond its buffer is lost. */
export const shortBuffer: Fault<z.infer<typeof bufferSchema>> = {
  id: 'short-buffer',
  title: 'the input buffer holds few characters',
  optionsSchema: bufferSchema,
  needs: 'line',
  apply(reach, { bytes, forWallS }, _atS, took) {
    reach.line?.boundInput(bytes, (lost) => took(`${lost} bytes did not fit into the buffer and were lost`));
    if (forWallS !== null) afterWallS(reach, forWallS, () => reach.line?.boundInput(null, () => {}));
  },
};
