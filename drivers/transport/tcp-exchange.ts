import { connect } from 'node:net';
import { EwaldError, type EwaldErrorCode } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { after } from './deadline.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

export interface ExchangeRules {
  /** How long connecting may take, ms. */
  readonly connectTimeoutMs: number;
  /** How long the whole reply may take once the request is out, ms. */
  readonly replyTimeoutMs: number;
  /** A reply that does not say where it ends is taken for whole after this silence, ms. */
  readonly quietMs: number;
  readonly isWhole: (text: string) => boolean;
}

/** An exchange that failed. `sent` tells whether the far end may have heard the request: if not, nothing can have happened there. */
export class ExchangeError extends EwaldError {
  readonly sent: boolean;

  constructor(code: EwaldErrorCode, subject: string, message: string, sent: boolean, cause?: unknown) {
    super(code, subject, message, 'see that the instrument is on, its remote interface is enabled, and host and port are right', cause);
    this.sent = sent;
  }
}

const MAX_REPLY = 65_536;

/**
 * One request and its reply over a TCP connection of their own, as text in UTF-8. Rejects with an ExchangeError: 'link' where the connection
 * fails or ends without a byte, 'timeout' where the reply is late, 'garbled' where it is endless.
 */
export function tcpExchange({ host, port }: TcpAddress, request: string, rules: ExchangeRules, clock: Clock): Promise<string> {
  const name = `${host}:${port}`;
  return new Promise<string>((resolve, reject) => {
    const socket = connect({ host, port });
    let sent = false;
    let bytes = Buffer.alloc(0);
    const timers: (() => void)[] = [];
    const end = (settle: () => void) => {
      for (const cancel of timers.splice(0)) cancel();
      socket.removeAllListeners();
      // A late error of a socket that nobody waits for any more must not end the program.
      socket.on('error', () => undefined);
      socket.destroy();
      settle();
    };
    const fail = (code: EwaldErrorCode, message: string, cause?: unknown) =>
      end(() => reject(new ExchangeError(code, name, message, sent, cause)));
    const finish = () => end(() => resolve(bytes.toString('utf8')));
    timers.push(after(clock, rules.connectTimeoutMs, () => fail('link', `${name} does not answer within ${rules.connectTimeoutMs} ms`)));
    socket.once('connect', () => {
      timers.splice(0).forEach((cancel) => {
        cancel();
      });
      sent = true;
      socket.write(request);
      timers.push(
        after(clock, rules.replyTimeoutMs, () => fail('timeout', `${name} gave no whole reply within ${rules.replyTimeoutMs} ms`)),
      );
    });
    let hush: () => void = () => undefined;
    socket.on('data', (data: Buffer) => {
      bytes = Buffer.concat([bytes, data]);
      hush();
      if (bytes.length > MAX_REPLY) fail('garbled', `${name} gave a reply without an end`);
      else if (rules.isWhole(bytes.toString('utf8'))) finish();
      else {
        hush = after(clock, rules.quietMs, finish);
        timers.push(hush);
      }
    });
    socket.once('end', () => (bytes.length > 0 ? finish() : fail('link', `${name} closed the connection without a reply`)));
    socket.once('error', (error) => fail('link', `the connection to ${name} failed: ${error.message}`, error));
  });
}
