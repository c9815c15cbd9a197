import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AerisRequest,
  decode,
  encode,
  isFieldText,
  isWholeReply,
  occupiedOf,
  readyOf,
  remoteOf,
} from '../../../../drivers/aeris/protocol.ts';
import { jobIdOf } from '../../../../drivers/file-results/job-id.ts';

/** The frames as the two public clients send them. */
const FRAMES: readonly (readonly [AerisRequest, string])[] = [
  [{ kind: 'unit' }, '@STATUS_REQUEST@UNIT=xrd@END'],
  [{ kind: 'system' }, '@STATUS_REQUEST@SYSTEM@END'],
  [{ kind: 'location', slot: 'belt' }, '@STATUS_REQUEST@LOCATION=0,1@END'],
  [{ kind: 'location', slot: '5' }, '@STATUS_REQUEST@LOCATION=0,6@END'],
  [{ kind: 'add', sampleId: 'x-1', program: '10-80_Low', slot: '2' }, '@SAMPLE@ADD@APPLICATION=10-80_Low@SAMPLE_ID=x-1@AT=0,3@END'],
  [{ kind: 'measure', sampleId: 'x-1', program: '10-80_Low' }, '@SAMPLE@MEASURE@SAMPLE_ID=x-1@APPLICATION=10-80_Low@END'],
  [{ kind: 'remove', sampleId: 'x-1' }, '@SAMPLE@REMOVE@SAMPLE_ID=x-1@END'],
];

test.each(FRAMES)('%j is sent as the public clients send it', (request, frame) => {
  expect(encode(request)).toBe(frame);
});

test.each(['a@END@SAMPLE', 'a=b', '', ' a', 'a\n', 'a\u0000'])('%j cannot be put into a frame', (sampleId) => {
  expect(() => encode({ kind: 'remove', sampleId })).toThrow(RangeError);
});

describe('replies', () => {
  test.each([
    ['@STATUS@UNIT=xrd@READY=yes@END', true],
    ['@READY=no@END', false],
    ['@STATUS@READY=NO', false],
    ['@READY=ye', null],
    ['@READY@END', null],
    ['@READYISH=yes@END', null],
    ['READY=yes', null],
    ['', null],
  ])('%j says ready: %j', (text, ready) => {
    expect(readyOf(decode(text))).toBe(ready);
  });

  test('every control but remote is the operator', () => {
    expect(remoteOf(decode('@SYSTEM=remote@END'))).toBe(true);
    expect(remoteOf(decode('@SYSTEM=local@END'))).toBe(false);
    expect(remoteOf(decode('@SYSTEM=remot@END'))).toBe(false);
    expect(remoteOf(decode('@SYSTEM=@END'))).toBeNull();
  });

  test('the sensor of a place', () => {
    expect(occupiedOf(decode('@LOCATION=0,3@STATE=occupied@END'))).toBe(true);
    expect(occupiedOf(decode('@LOCATION=0,3@STATE=free@END'))).toBe(false);
    expect(occupiedOf(decode('@STATE=freeoccupied@END'))).toBeNull();
  });

  test('fatal in any place is a refusal in its own words', () => {
    expect(decode('@ERROR=Fatal: no such program@END')).toEqual({ kind: 'fatal', text: '@ERROR=Fatal: no such program@END' });
  });

  test('what is cut off says nothing that it does not say whole', () => {
    const whole = '@STATUS@UNIT=xrd@READY=no@END';
    for (let end = 0; end < whole.length; end++) {
      expect(isWholeReply(whole.slice(0, end))).toBe(false);
      expect([null, false]).toContain(readyOf(decode(whole.slice(0, end))));
    }
  });

  test('any text is read as something', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.string({ maxLength: 80, unit: 'binary' }),
      fc.stringMatching(/^(@[A-Z]{0,5}=?[a-z@=]{0,5})*$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const reply = decode(text);
        expect(['ok', 'fatal', 'garbled']).toContain(reply.kind);
        for (const read of [readyOf, remoteOf, occupiedOf]) expect([true, false, null]).toContain(read(reply));
        if (reply.kind !== 'ok') expect(reply.text.length).toBeLessThan(130);
      }),
      { numRuns: 1000, seed: 20261122 },
    );
  });
});

describe('sample ids', () => {
  const anyText = fc.string({ maxLength: 200 });

  test('fit into frame and file name whatever is asked, and are no longer than allowed', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 16, max: 100 }),
        (client, request, attempt, most) => {
          const id = jobIdOf(client, request, attempt, most);
          expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]*$/);
          expect(id.length).toBeLessThanOrEqual(most);
          expect(isFieldText(id)).toBe(true);
        },
      ),
      { numRuns: 500, seed: 20261122 },
    );
  });

  test('differ where client, request or attempt do, and stay the same otherwise', () => {
    const ids = [
      jobIdOf('a', 'r.1', 1),
      jobIdOf('b', 'r.1', 1),
      jobIdOf('a', 'r-1', 1),
      jobIdOf('a', 'r.1', 2),
      jobIdOf('a', 'r.1-1', 1),
      jobIdOf('a', `${'r'.repeat(120)}1`, 1),
      jobIdOf('a', `${'r'.repeat(120)}2`, 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(jobIdOf('a', 'r.1', 1)).toBe(ids[0]);
  });
});
