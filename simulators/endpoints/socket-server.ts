import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { EwaldError } from '../../src/domain/errors.ts';

/** The instrument's side of one connection. */
export interface Connection {
  send(bytes: Uint8Array): void;
  /** Hangs up once everything is sent. */
  end(): void;
  /** Hangs up at once. */
  cut(): void;
}

/** What happens on one connection. */
export interface Conversation {
  heard(bytes: Uint8Array): void;
  ended(): void;
}

/** Listens on one port of the instrument and keeps its connections apart. */
export class SocketServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly subject: string;

  constructor(subject: string, begin: (connection: Connection) => Conversation) {
    this.subject = subject;
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      const conversation = begin({
        send: (bytes) => {
          if (socket.writable) socket.write(bytes);
        },
        end: () => socket.end(),
        cut: () => socket.destroy(),
      });
      socket.on('data', (bytes: Buffer) => conversation.heard(bytes));
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        this.sockets.delete(socket);
        conversation.ended();
      });
    });
  }

  /** Settles with the port. Fails with 'link' where it cannot be had. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', (error) =>
        reject(
          new EwaldError(
            'link',
            this.subject,
            `the simulator cannot listen: ${error.message}`,
            'choose another port, or 0 for any free one',
            error,
          ),
        ),
      );
      this.server.listen(port, host, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
