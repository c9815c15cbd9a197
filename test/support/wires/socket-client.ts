import { connect, type Socket } from 'node:net';
import { waitUntil } from './wait-until.ts';

/** A bare client on a TCP port of this computer: bytes out, bytes in, nothing understood. */
export class SocketClient {
  /** Everything that arrived and was not taken yet. */
  heard = Buffer.alloc(0);
  isGone = false;
  readonly until = waitUntil;
  private readonly socket: Socket;

  private constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (bytes: Buffer) => {
      this.heard = Buffer.concat([this.heard, bytes]);
    });
    this.socket.on('error', () => {
      this.isGone = true;
    });
    this.socket.on('close', () => {
      this.isGone = true;
    });
  }

  static async open(port: number): Promise<SocketClient> {
    const client = new SocketClient(port);
    await client.until(() => client.socket.readyState === 'open' || client.isGone, 'a connection');
    return client;
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** The next so many bytes. */
  async take(bytes: number, withinMs = 4000): Promise<Buffer> {
    await this.until(() => this.heard.length >= bytes, `${bytes} bytes (${this.heard.length} came)`, withinMs);
    const taken = this.heard.subarray(0, bytes);
    this.heard = this.heard.subarray(bytes);
    return taken;
  }

  /** What arrives up to and with `end`. */
  async takeUntil(end: string, withinMs = 4000): Promise<string> {
    await this.until(() => this.heard.includes(end), JSON.stringify(end), withinMs);
    return (await this.take(this.heard.indexOf(end) + end.length)).toString('latin1');
  }

  close(): void {
    this.socket.destroy();
  }
}
