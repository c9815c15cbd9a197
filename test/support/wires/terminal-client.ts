import { constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { patientClock } from '../patient-clock.ts';

const clock = patientClock();

/** A bare client on a pseudo-terminal: bytes out, bytes in, nothing understood. */
export class TerminalClient {
  /** Everything that arrived, one character per byte. */
  heard = '';
  isGone = false;
  private readonly stream: ReadStream & NodeJS.WritableStream;

  constructor(path: string) {
    const descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    this.stream = new ReadStream(descriptor) as ReadStream & NodeJS.WritableStream;
    this.stream.setRawMode(true);
    this.stream.on('data', (bytes: Buffer) => {
      this.heard += bytes.toString('latin1');
    });
    for (const end of ['error', 'close', 'end'])
      this.stream.on(end, () => {
        this.isGone = true;
      });
  }

  send(text: string): void {
    this.stream.write(Buffer.from(text, 'latin1'));
  }

  /** What arrives up to the next CR after sending `text`. */
  async ask(text: string, withinMs = 2000): Promise<string> {
    this.heard = '';
    this.send(text);
    await this.until(() => this.heard.includes('\r'), `an answer to ${JSON.stringify(text)}`, withinMs);
    const end = this.heard.indexOf('\r') + 1;
    const answer = this.heard.slice(0, end);
    this.heard = this.heard.slice(end);
    return answer;
  }

  async until(isTrue: () => boolean, what: string, withinMs = 4000): Promise<void> {
    const endMs = clock.monotonicMs() + withinMs;
    while (!isTrue()) {
      if (clock.monotonicMs() > endMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
      await clock.sleep(3);
    }
  }

  close(): void {
    this.stream.destroy();
  }
}
