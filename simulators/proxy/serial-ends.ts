import type { BytePort } from '../../drivers/transport/byte-port.ts';
import type { Clock, Log } from '../../src/ports/runtime.ts';
import { PtyLine } from '../endpoints/line.ts';
import type { EndEars, FarSide, NearSide } from './wire-end.ts';

const WRITE_MS = 5000;
const REOPEN_MS = 1000;

/** A pseudo-terminal for the controller, under a lasting name where `link` gives one. Whoever is turned away finds nothing plugged in. */
export function ptyNear(link: string | null, flowControl: boolean): NearSide {
  let ears: EndEars | null = null;
  let onLink: Parameters<NearSide['open']>[0] = () => {};
  let isRefused = false;
  const line = new PtyLine(link, (bytes) => ears?.bytes(bytes), flowControl);
  const plug = (): void => {
    if (isRefused || ears) return;
    line.reach.plug(false);
    onLink((hear) => {
      ears = hear;
      const unplug = (): void => {
        if (ears !== hear) return;
        ears = null;
        line.reach.unplug();
        hear.gone(null);
        setImmediate(plug);
      };
      return { send: (bytes) => void line.send(bytes), finish: () => {}, close: unplug, hold: () => {} };
    });
  };
  let isClosed = false;
  return {
    address: () => ({ url: `serial:${line.path()}`, path: line.path() }),
    open: async (hear) => {
      onLink = hear;
      plug();
    },
    refuse: (turnedAway) => {
      isRefused = turnedAway !== null || isClosed;
      plug();
    },
    close: () => {
      isClosed = true;
      isRefused = true;
      line.close();
    },
  };
}

/** The serial port of the instrument, opened again for as long as it is gone. */
export function serialFar(port: BytePort, clock: Clock, log: Log): FarSide {
  const stopping = new AbortController();
  let ears: EndEars | null = null;
  port.received().subscribe((bytes) => ears?.bytes(bytes));
  let sending: Promise<void> = Promise.resolve();
  const send = async (bytes: Uint8Array): Promise<void> => {
    while (!stopping.signal.aborted && !port.isOpen) {
      await clock.sleep(REOPEN_MS, stopping.signal).catch(() => undefined);
      await port.open().catch(() => undefined);
    }
    if (stopping.signal.aborted) return;
    await port.write(bytes, WRITE_MS).catch((error: unknown) => log.warn('bytes to the instrument got lost', { error: String(error) }));
  };
  return {
    name: `serial:${port.path}`,
    open: () => port.open(),
    attach: (hear) => {
      ears = hear;
      const detach = (): void => {
        if (ears !== hear) return;
        ears = null;
        hear.gone(null);
      };
      return {
        send: (bytes) => {
          sending = sending.then(() => send(bytes));
          return sending;
        },
        finish: () => {},
        close: detach,
        hold: () => {},
      };
    },
    isFree: () => ears === null,
    close: async () => {
      stopping.abort();
      await port.close();
    },
  };
}
