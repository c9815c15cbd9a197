import { serialBytePort } from '../../drivers/transport/serial-byte-port.ts';
import { badInput } from '../../src/domain/errors.ts';
import type { Clock, Log } from '../../src/ports/runtime.ts';
import type { NearOptions, ProxyOptions } from './options.ts';
import { ptyNear, serialFar } from './serial-ends.ts';
import { tcpFar, tcpNear } from './tcp-ends.ts';
import type { FarSide, NearSide } from './wire-end.ts';

const PARITY = { N: 'none', E: 'even', O: 'odd' } as const;

/** Where the controller comes in: a socket, or a pseudo-terminal. `isSerial` decides where neither was named. Fails with 'badInput'. */
export function nearSideOf({ listen, host, link, xonxoff }: NearOptions, isSerial: boolean): NearSide {
  if (listen !== null && link !== null) throw badInput('listen', 'listen and link exclude each other', 'leave one of them out');
  if (link !== null || (listen === null && isSerial)) return ptyNear(link, xonxoff === 'yes');
  return tcpNear(host, listen ?? 0);
}

/** The instrument at `to`. */
export function farSideOf({ to, baud, framing, xonxoff }: ProxyOptions, clock: Clock, log: Log): FarSide {
  const socket = socketAddress(to);
  if (socket) return tcpFar(socket.host, socket.port);
  const dataBits = framing[0] === '7' ? 7 : 8;
  const parity = PARITY[framing[1] as keyof typeof PARITY];
  const stopBits = framing[2] === '2' ? 2 : 1;
  const port = serialBytePort({ path: to, baudRate: baud, dataBits, parity, stopBits, softwareFlowControl: xonxoff === 'yes' }, clock);
  return serialFar(port, clock, log);
}

/** Null where `to` is a path. */
export function socketAddress(to: string): { readonly host: string; readonly port: number } | null {
  const parts = /^(?:\[([^\]]+)\]|([^/\s:]+)):(\d+)$/.exec(to);
  return parts ? { host: parts[1] ?? parts[2]!, port: Number(parts[3]) } : null;
}
