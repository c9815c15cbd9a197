import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { EwaldError } from '../../../src/domain/errors.ts';
import type { ReplyGate } from '../reply-gate.ts';
import { firstMessage } from './message.ts';

/** More than any message; who sends so much without an end is cut off. */
const LONGEST = 4096;

/** Listens for exchanges: one message and one reply on each connection. */
export class ExchangeServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly gate: ReplyGate;
  private readonly answer: (message: string) => string;

  constructor(gate: ReplyGate, answer: (message: string) => string) {
    this.gate = gate;
    this.answer = answer;
    this.server = createServer((socket) => this.serve(socket));
  }

  /** Settles with the port. Fails with 'link' where it cannot be had. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', (error) =>
        reject(
          new EwaldError(
            'link',
            'aeris',
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

  private serve(socket: Socket): void {
    let text = '';
    let isAsked = false;
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      if (isAsked) return;
      text += bytes.toString('utf8');
      const message = firstMessage(text);
      if (message) {
        isAsked = true;
        void this.exchange(socket, message);
      } else if (text.length > LONGEST) socket.destroy();
    });
  }

  private async exchange(socket: Socket, message: string): Promise<void> {
    // A message that got lost leaves the connection open, and nothing comes.
    if (!this.gate.admits(message)) return;
    let isHeard = false;
    await this.gate.answer(message, new TextEncoder().encode(this.answer(message)), (bytes) => {
      isHeard = true;
      if (socket.writable) socket.write(bytes);
    });
    if (isHeard) socket.end();
  }
}
