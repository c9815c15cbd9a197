import type { Log } from '../../../src/ports/runtime.ts';
import type { ReplyGate } from '../reply-gate.ts';
import type { Conversation } from '../socket-server.ts';

/** Longer lines than any command are noise. */
const LONGEST_LINE = 256;

type Send = (bytes: Uint8Array) => void;

/**
 * Lines that end with CR, LF or both come in, one after the other; lines that end with both go out. Whoever connects is greeted.
 */
export function lineConversation(gate: ReplyGate, greeting: string, answer: (line: string) => string[] | null, send: Send): Conversation {
  let text = '';
  const say = (request: string, lines: readonly string[]): void =>
    void gate.answer(request, new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join('')), send);
  say('', [greeting]);
  return {
    heard: (bytes) => {
      text += Buffer.from(bytes).toString('latin1');
      const lines = text.split(/[\r\n]/);
      text = lines.pop()!.slice(0, LONGEST_LINE);
      for (const line of lines) {
        if (line === '' || !gate.admits(line)) continue;
        const lines = answer(line.slice(0, LONGEST_LINE));
        if (lines) say(line, lines);
      }
    },
    ended: () => {},
  };
}

/**
 * Nothing marks where a command ends: what arrives in one go is one command. Commands of a connection are carried out one after the other, and a
 * reply that takes its time holds up those behind it.
 */
export function pieceConversation(
  gate: ReplyGate,
  log: Log,
  answer: (command: string, gone: AbortSignal) => AsyncGenerator<Uint8Array>,
  send: Send,
): Conversation {
  let before: Promise<void> = Promise.resolve();
  const gone = new AbortController();
  const serve = async (command: string): Promise<void> => {
    if (gone.signal.aborted) return;
    for await (const reply of answer(command, gone.signal)) {
      if (gone.signal.aborted) return;
      await gate.answer(command, reply, send);
    }
  };
  return {
    heard: (bytes) => {
      const command = Buffer.from(bytes).toString('latin1').replace(/\0/g, '').trim();
      if (command === '' || !gate.admits(command)) return;
      before = before
        .then(() => serve(command))
        .catch((error: unknown) => log.error('a command failed', { command: command.slice(0, 80), error: String(error) }));
    },
    ended: () => gone.abort(),
  };
}
