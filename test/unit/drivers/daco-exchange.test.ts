import { expect, test } from '@jest/globals';
import { closeShutter } from '../../../drivers/daco-mp/commands.ts';
import { Exchange } from '../../../drivers/daco-mp/exchange.ts';
import { FakeLine } from '../../support/fake-line.ts';
import { hurriedClock } from '../../support/hurried-clock.ts';

/** A serial port may hand over the answer before it says that the question has left. */
class SlowDrain extends FakeLine {
  override async write(bytes: Uint8Array): Promise<void> {
    await super.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const TIMING = { replyTimeoutMs: 300, writeTimeoutMs: 300, quietMs: 20, pieceBytes: 64, pieceMs: 1, resends: 0 };

test('a refusal that is there before the write has ended reaches whoever asked, and nobody else', async () => {
  const refuse = (line: FakeLine) => line.say(Buffer.from('\u0001?4\r'));
  const line = new SlowDrain('tty', () => undefined, refuse);
  const exchange = new Exchange(line, 'soh-enq', TIMING, hurriedClock(1));
  await exchange.open();
  const strays: unknown[] = [];
  const note = (reason: unknown) => void strays.push(reason);
  process.on('unhandledRejection', note);
  await expect(exchange.tell(closeShutter)).rejects.toMatchObject({ deviceCode: 4 });
  process.off('unhandledRejection', note);
  expect(strays).toEqual([]);
});
