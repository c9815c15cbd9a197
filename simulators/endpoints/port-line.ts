import { serialBytePort } from '../../drivers/transport/serial-byte-port.ts';
import type { Clock, Log } from '../../src/ports/runtime.ts';
import type { Line, LineReach } from './line.ts';

const WRITE_MS = 5000;

/** A serial port of this computer, to be cabled to the one that the driver opens: 19200 baud, 8N1, XON/XOFF. Its plug cannot be pulled from here. */
export async function portLine(path: string, clock: Clock, log: Log, onBytes: (bytes: Uint8Array) => void): Promise<Line> {
  const port = serialBytePort({ path, baudRate: 19200, dataBits: 8, parity: 'none', stopBits: 1, softwareFlowControl: true }, clock);
  await port.open();
  let isUnplugged = false;
  let bound: { readonly bytes: number; readonly overflowed: (lost: number) => void } | null = null;
  port.received().subscribe((bytes) => {
    if (isUnplugged) return;
    const kept = bound ? bytes.subarray(0, bound.bytes) : bytes;
    if (kept.length < bytes.length) bound?.overflowed(bytes.length - kept.length);
    onBytes(kept);
  });
  const send = (bytes: Uint8Array): void => {
    if (!isUnplugged) port.write(bytes, WRITE_MS).catch((error: unknown) => log.warn('could not send', { error: String(error) }));
  };
  const reach: LineReach = {
    unplug: () => {
      isUnplugged = true;
    },
    plug: () => {
      isUnplugged = false;
    },
    hold: (on) => {
      send(Uint8Array.of(on ? 0x13 : 0x11));
      isUnplugged = on;
    },
    boundInput: (bytes, overflowed) => {
      bound = bytes === null ? null : { bytes, overflowed };
    },
  };
  return { path: () => path, send, reach, close: () => void port.close() };
}
