import type { ReplyGate } from '../reply-gate.ts';
import { type Connection, type Conversation, SocketServer } from '../socket-server.ts';
import { firstMessage } from './message.ts';

/** More than any message; who sends so much without an end is cut off. */
const LONGEST = 4096;

/** Listens for exchanges: one message and one reply on each connection. */
export function exchangeServer(gate: ReplyGate, answer: (message: string) => string): SocketServer {
  return new SocketServer('aeris', (connection): Conversation => {
    let text = '';
    let isAsked = false;
    return {
      heard: (bytes) => {
        if (isAsked) return;
        text += Buffer.from(bytes).toString('utf8');
        const message = firstMessage(text);
        if (message) {
          isAsked = true;
          void exchange(connection, message, gate, answer);
        } else if (text.length > LONGEST) connection.cut();
      },
      ended: () => undefined,
    };
  });
}

async function exchange(connection: Connection, message: string, gate: ReplyGate, answer: (message: string) => string): Promise<void> {
  // A message that got lost leaves the connection open, and nothing comes.
  if (!gate.admits(message)) return;
  let isHeard = false;
  await gate.answer(message, new TextEncoder().encode(answer(message)), (bytes) => {
    isHeard = true;
    connection.send(bytes);
  });
  if (isHeard) connection.end();
}
