import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { wallClock } from '../../../simulators/wall-runtime.ts';

/** A far end that answers each line with `=line`, keeps what it heard, and counts its links. */
export interface EchoInstrument {
  readonly port: number;
  heard(): string;
  links(): number;
  close(): void;
}

export async function echoInstrument(): Promise<EchoInstrument> {
  let heard = '';
  let links = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    links++;
    sockets.add(socket);
    let line = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      line += bytes.toString('latin1');
      for (let end = line.indexOf('\r'); end >= 0; end = line.indexOf('\r')) {
        socket.write(Buffer.from(`=${line.slice(0, end + 1)}`, 'latin1'));
        line = line.slice(end + 1);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    links: () => links,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A bare client on a socket: bytes out, bytes in, nothing understood. */
export class SocketClient {
  heard = '';
  /** How the pieces arrived. */
  readonly pieces: string[] = [];
  isEnded = false;
  error: string | null = null;
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    this.socket.setNoDelay(true);
    this.socket.on('data', (bytes: Buffer) => {
      this.heard += bytes.toString('latin1');
      this.pieces.push(bytes.toString('latin1'));
    });
    this.socket.on('error', (error) => {
      this.error = error.message;
    });
    for (const end of ['end', 'close'])
      this.socket.on(end, () => {
        this.isEnded = true;
      });
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  finish(): void {
    this.socket.end();
  }

  async until(isTrue: () => boolean, what: string, withinMs = 3000): Promise<void> {
    const endMs = wallClock.monotonicMs() + withinMs;
    while (!isTrue()) {
      if (wallClock.monotonicMs() > endMs)
        throw new Error(`waited ${withinMs} ms in vain for ${what}; heard ${JSON.stringify(this.heard)}`);
      await wallClock.sleep(2);
    }
  }

  async hears(text: string): Promise<void> {
    await this.until(() => this.heard === text, JSON.stringify(text));
  }

  close(): void {
    this.socket.destroy();
  }
}
