import { constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { waitUntil } from './wait-until.ts';

/** A bare client on a pseudo-terminal: bytes out, bytes in, nothing understood. */
export class TerminalClient {
  /** Everything that arrived, one character per byte. */
  heard = '';
  isGone = false;
  readonly until = waitUntil;
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

  close(): void {
    this.stream.destroy();
  }
}
