import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { EwaldError } from '../../src/domain/errors.ts';
import type { EndEars, FarSide, NearSide, WireEnd } from './wire-end.ts';

/** Listens for controllers at `host`; port 0 takes any free one. */
export function tcpNear(host: string, port: number): NearSide {
  let turnAway: (() => void) | null = null;
  let bound = port;
  let onLink: Parameters<NearSide['open']>[0] = () => {};
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (turnAway === null) return onLink((ears) => socketEnd(socket, ears));
    turnAway();
    socket.on('error', () => undefined);
    socket.resetAndDestroy();
  });
  return {
    address: () => ({ url: `tcp://${host}:${bound}`, host, port: bound }),
    open: (hear) => {
      onLink = hear;
      return new Promise((resolve, reject) => {
        server.once('error', (error) => reject(cannotListen(error)));
        server.listen(port, host, () => {
          bound = (server.address() as AddressInfo).port;
          resolve();
        });
      });
    },
    refuse: (turnedAway) => {
      turnAway = turnedAway;
    },
    close: () => void server.close(),
  };
}

/** Connects to the instrument anew for each controller. */
export function tcpFar(host: string, port: number): FarSide {
  return {
    name: `tcp://${host}:${port}`,
    open: async () => undefined,
    attach: (ears) => socketEnd(connect({ host, port, allowHalfOpen: true }), ears),
    isFree: () => true,
    close: async () => undefined,
  };
}

function socketEnd(socket: Socket, ears: EndEars): WireEnd {
  let why: string | null = null;
  // Otherwise small pieces are put together again on their way.
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => ears.bytes(bytes));
  socket.on('end', () => ears.finished());
  socket.on('error', (error) => {
    why = error.message;
  });
  socket.on('close', () => ears.gone(why));
  return {
    send: (bytes) => {
      if (!socket.writable || socket.write(bytes)) return undefined;
      return new Promise((resolve) => {
        const go = (): void => {
          socket.off('drain', go).off('close', go);
          resolve();
        };
        socket.on('drain', go).on('close', go);
      });
    },
    finish: () => void socket.end(),
    close: (how) => {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroySoon();
    },
    hold: (on) => void (on ? socket.pause() : socket.resume()),
  };
}

function cannotListen(cause: Error): EwaldError {
  return new EwaldError(
    'link',
    'listen',
    `nothing can listen there: ${cause.message}`,
    'choose another port, or 0 for any free one',
    cause,
  );
}
