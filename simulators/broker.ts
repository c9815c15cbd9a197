import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { badInput, EwaldError } from '../src/domain/errors.ts';

export interface BrokerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificate and key as PEM text; without them the wire is plain TCP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export interface EmbeddedBroker {
  readonly url: string;
  readonly port: number;
  /** Stops listening and breaks every connection; what is retained survives. */
  drop(): Promise<void>;
  /** Listens again on the same port after `drop`. */
  restore(): Promise<void>;
  /** Breaks the connections of one client without a farewell, so that its last will is published, and refuses it until `admit`. */
  cut(clientId: string): void;
  admit(clientId: string): void;
  close(): Promise<void>;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/**
 * An MQTT 3.1.1 broker inside this process, for the demo and the tests. It listens on loopback unless told otherwise; on any other address it
 * demands a username and a password. Fails with 'badInput' for missing credentials and 'link' where the port cannot be had.
 */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  if (!LOOPBACK.test(options.host) && !(options.username && options.password))
    throw badInput(
      'broker',
      `the embedded broker refuses to listen on ${options.host} without a username and a password`,
      'give --username and the password in the environment (and --tls-cert with --tls-key for an encrypted wire), or listen on 127.0.0.1',
    );
  const banned = new Set<string>();
  const aedes = await Aedes.createBroker({
    authenticate: (client, username, password, done) => {
      const known = options.username === undefined || (username === options.username && password?.toString() === options.password);
      const allowed = known && !banned.has(client.id);
      done(null, allowed);
    },
  });
  const socketsOf = new Map<string, Set<Socket>>();
  const sockets = new Set<Socket>();
  aedes.on('client', (client) => {
    const socket = client.conn as Socket;
    const mine = socketsOf.get(client.id) ?? new Set();
    socketsOf.set(client.id, mine.add(socket));
    socket.once('close', () => {
      mine.delete(socket);
      if (mine.size === 0 && socketsOf.get(client.id) === mine) socketsOf.delete(client.id);
    });
  });
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    aedes.handle(socket);
  };
  const server: Server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept);
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, options.host, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      if (server.listening) server.close(() => resolve());
      else resolve();
      for (const socket of sockets) socket.destroy();
    });
  try {
    await listen(options.port);
  } catch (error) {
    aedes.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new EwaldError(
      'link',
      'broker',
      `the embedded broker cannot listen: ${why}`,
      'choose another port, or 0 for any free one',
      error,
    );
  }
  const port = (server.address() as AddressInfo).port;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${options.tls ? 'mqtts' : 'mqtt'}://${host}:${port}`,
    port,
    drop: stopListening,
    restore: () => (server.listening ? Promise.resolve() : listen(port)),
    cut: (clientId) => {
      banned.add(clientId);
      for (const socket of socketsOf.get(clientId) ?? []) socket.destroy();
    },
    admit: (clientId) => {
      banned.delete(clientId);
    },
    close: async () => {
      await stopListening();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
