import { describe, expect, test } from '@jest/globals';
import { ReplyWaiter } from '../../../../drivers/transport/reply-waiter.ts';
import { matchesTopic } from '../../../../drivers/transport/topic-filter.ts';
import { ManualClock } from '../../../support/manual-runtime.ts';

test.each([
  ['a/b', 'a/b', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/c', false],
  ['a/#', 'a/b/c', true],
  ['a/#', 'a', true],
  ['#', 'a/b', true],
  ['#', '$SYS/x', false],
  ['+/b', '$SYS/b', false],
  ['a/+/c', 'a//c', true],
  ['a', 'a/b', false],
  ['a/b', 'a', false],
])('topic filter %s and topic %s: %s', (filter, topic, expected) => {
  expect(matchesTopic(filter, topic)).toBe(expected);
});

describe('the reply waiter', () => {
  const sent = async () => undefined;

  test('brings each reply to the one who asked', async () => {
    const waiter = new ReplyWaiter<string>(new ManualClock());
    const replies = Promise.all([waiter.ask('a', 100, sent), waiter.ask('b', 100, sent)]);
    expect(waiter.deliver('b', 'for b')).toBe(true);
    expect(waiter.deliver('a', 'for a')).toBe(true);
    expect(await replies).toEqual(['for a', 'for b']);
  });

  test('a reply after the time allowed is nobody’s, and so is a second one', async () => {
    const clock = new ManualClock();
    const waiter = new ReplyWaiter<string>(clock);
    const asked = waiter.ask('a', 100, sent).catch((error) => error.code);
    await clock.advance(101);
    expect(await asked).toBe('timeout');
    expect(waiter.deliver('a', 'late')).toBe(false);
  });

  test('an id under way is sent once', async () => {
    const waiter = new ReplyWaiter<string>(new ManualClock());
    let times = 0;
    const send = async () => {
      times += 1;
    };
    const both = Promise.all([waiter.ask('a', 100, send), waiter.ask('a', 100, send)]);
    waiter.deliver('a', 'x');
    expect(await both).toEqual(['x', 'x']);
    expect(times).toBe(1);
  });

  test('what cannot be sent fails at once', async () => {
    const waiter = new ReplyWaiter<string>(new ManualClock());
    const send = () => Promise.reject(new Error('down'));
    await expect(waiter.ask('a', 100, send)).rejects.toThrow('down');
    expect(waiter.deliver('a', 'x')).toBe(false);
  });
});
