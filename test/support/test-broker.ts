import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export interface TestBroker {
  readonly port: number;
  readonly url: string;
  /** Messages that receivers have confirmed to the broker. */
  confirmed(): number;
  /** Breaks every connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** An MQTT broker on this computer only, on a free port or the one given. */
export async function startTestBroker(
  port = 0,
  authenticate?: (user: string | undefined, password: string) => boolean,
): Promise<TestBroker> {
  const aedes = await Aedes.createBroker();
  if (authenticate) {
    aedes.authenticate = (_client, user, password, done) => done(null, authenticate(user as string | undefined, String(password ?? '')));
  }
  let confirmed = 0;
  aedes.on('ack', () => {
    confirmed += 1;
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  const close = async () => {
    dropConnections();
    await new Promise((resolve) => aedes.close(() => resolve(null)));
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: bound, url: `mqtt://127.0.0.1:${bound}`, confirmed: () => confirmed, dropConnections, close };
}
