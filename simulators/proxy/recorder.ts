import { appendFileSync, writeFileSync } from 'node:fs';
import { badInput } from '../../src/domain/errors.ts';
import { joined } from './byte-pattern.ts';
import { lookAtConnect } from './mqtt-connect.ts';
import type { WireLine } from './recording.ts';
import type { Direction } from './wire-fault.ts';

/** HTTP, also as the beginning of a web socket, may carry a password in its head. */
const HTTP = /^(GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|CONNECT) /;
const HTTP_LONGEST = 8;

/** Writes what happens on one link; passwords never reach the file. */
export class LinkRecorder {
  private readonly link: number;
  private readonly write: (line: WireLine) => void;
  /** What came before it was known whether it holds a password. */
  private held: WireLine[] = [];
  private start: Uint8Array = new Uint8Array(0);
  private state: 'looking' | 'open' | 'withheld' = 'looking';

  constructor(link: number, write: (line: WireLine) => void) {
    this.link = link;
    this.write = write;
  }

  event(ms: number, event: 'opened' | { readonly endedBy: 'controller' | 'instrument' }): void {
    const line: WireLine = event === 'opened' ? { ms, link: this.link, event } : { ms, link: this.link, event: 'ended', by: event.endedBy };
    // A beginning that never became whole may hold half a password.
    if (event !== 'opened' && this.state === 'looking' && this.start.length > 0)
      this.withhold(ms, 'it ended before it was clear what it was');
    this.put(line);
  }

  bytes(ms: number, dir: Direction, bytes: Uint8Array): void {
    if (this.state === 'withheld' || bytes.length === 0) return;
    this.put({ ms, link: this.link, dir, base64: Buffer.from(bytes).toString('base64') });
    if (this.state === 'looking' && dir === 'toInstrument') this.look(ms, bytes);
  }

  private put(line: WireLine): void {
    const isRequest = 'dir' in line && line.dir === 'toInstrument';
    if (this.state === 'looking' && (isRequest || this.held.length > 0)) this.held.push(line);
    else this.write(line);
  }

  private look(ms: number, bytes: Uint8Array): void {
    this.start = joined(this.start, bytes);
    const text = Buffer.from(this.start.subarray(0, HTTP_LONGEST)).toString('latin1');
    const look = lookAtConnect(this.start);
    if (HTTP.test(text)) this.withhold(ms, 'it is HTTP, whose head may hold a password');
    else if (look.kind === 'withheld') this.withhold(ms, 'the password in its MQTT CONNECT could not be told from the rest');
    else if (look.kind === 'blanked') this.open(look.bytes);
    else if (look.kind === 'other' && !couldBecomeHttp(text)) this.open(this.start);
  }

  /** Writes what was held back, with the requests as they may be shown. */
  private open(start: Uint8Array): void {
    this.state = 'open';
    let at = 0;
    for (const line of this.held.splice(0)) {
      if (!('dir' in line) || line.dir !== 'toInstrument') {
        this.write(line);
        continue;
      }
      const length = Buffer.from(line.base64, 'base64').length;
      this.write({ ...line, base64: Buffer.from(start.subarray(at, at + length)).toString('base64') });
      at += length;
    }
  }

  private withhold(ms: number, why: string): void {
    this.state = 'withheld';
    this.held = [];
    this.write({ ms, link: this.link, event: 'withheld', why });
  }
}

function couldBecomeHttp(text: string): boolean {
  return text.length < HTTP_LONGEST && /^[A-Z]+$/.test(text) && HTTP_METHODS.some((method) => method.startsWith(text));
}

const HTTP_METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'CONNECT'];

/** Begins a recording. Fails with 'badInput' where it cannot be written. */
export function wireRecorder(file: string, wire: string, startedAtMs: number): (link: number) => LinkRecorder {
  const head = { ewaldWire: 1, startedAt: new Date(startedAtMs).toISOString(), wire };
  try {
    writeFileSync(file, `${JSON.stringify(head)}\n`, { mode: 0o600 });
  } catch (error) {
    throw badInput(file, `the recording ${file} cannot be written`, 'check its folder and permissions', error);
  }
  const write = (line: WireLine): void => appendFileSync(file, `${JSON.stringify({ ...line, ms: Math.round(line.ms * 1000) / 1000 })}\n`);
  return (link) => new LinkRecorder(link, write);
}
