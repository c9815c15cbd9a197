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
  /** As seen from this computer. */
  readonly url: string;
  /** For clients in this process; differs from `url` where that speaks TLS. */
  readonly ownUrl: string;
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
    socket.on('error', () => socket.destroy());
    aedes.handle(socket);
  };
  const open = new Door(options.tls ? createTlsServer(options.tls, accept) : createServer(accept), options.host);
  // A certificate names this computer as others call it; our own instrument comes in by the loopback, without TLS.
  const own = options.tls ? new Door(createServer(accept), '127.0.0.1') : null;
  let port: number;
  try {
    port = await open.listen(options.port);
    await own?.listen(0);
  } catch (error) {
    await open.shut();
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
  const url = `${options.tls ? 'mqtts' : 'mqtt'}://${reachable(options.host)}:${port}`;
  const drop = async (): Promise<void> => {
    await Promise.all([open.shut(), own?.shut()]);
  };
  return {
    url,
    ownUrl: own ? `mqtt://127.0.0.1:${own.port}` : url,
    port,
    drop,
    restore: async () => {
      await Promise.all([open.reopen(), own?.reopen()]);
    },
    cut: (clientId) => {
      banned.add(clientId);
      for (const socket of socketsOf.get(clientId) ?? []) socket.destroy();
    },
    admit: (clientId) => {
      banned.delete(clientId);
    },
    close: async () => {
      await drop();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

/** A listening server and everybody who came in by it. */
class Door {
  port = 0;
  private readonly server: Server;
  private readonly host: string;
  private readonly sockets = new Set<Socket>();

  constructor(server: Server, host: string) {
    this.server = server;
    this.host = host;
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Settles with the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, this.host, () => {
        this.server.removeListener('error', reject);
        this.port = (this.server.address() as AddressInfo).port;
        resolve(this.port);
      });
    });
  }

  async reopen(): Promise<void> {
    if (!this.server.listening) await this.listen(this.port);
  }

  shut(): Promise<void> {
    return new Promise((resolve) => {
      if (this.server.listening) this.server.close(() => resolve());
      else resolve();
      for (const socket of this.sockets) socket.destroy();
    });
  }
}

/** An address to connect to for the one that is listened on: nobody can connect to 'everywhere'. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
