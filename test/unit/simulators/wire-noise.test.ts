import { describe, expect, test } from '@jest/globals';
import { firstMessage, parseMessage } from '../../../simulators/endpoints/aeris/message.ts';
import { readJob, readScanParams } from '../../../simulators/endpoints/bruker-lablims/job.ts';
import { numbers } from '../../../simulators/endpoints/daco-mp/arguments.ts';
import { WordError } from '../../../simulators/endpoints/daco-mp/word-error.ts';
import { WordReader } from '../../../simulators/endpoints/daco-mp/word-reader.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

const random = seededRandom(4);
const ALPHABET = '\x01\x05\r\x11\x13@=,;.-+0129STGOMVENDxé<>/ \n';

function noise(length: number): string {
  return Array.from({ length }, () => ALPHABET[random.integer(ALPHABET.length)]).join('');
}

describe('noise', () => {
  test('never stops the reader of words, and the next whole word is understood', () => {
    const words: string[] = [];
    const reader = new WordReader('d5000', { word: (text) => words.push(text), enquiry: () => {} });
    for (let i = 0; i < 500; i++) {
      reader.push(Buffer.from(noise(1 + random.integer(200)), 'latin1'));
      reader.push(Buffer.from('\x01ST25\r', 'latin1'));
      expect(words.at(-1)).toBe('ST25');
    }
    expect(words.every((word) => word.length <= 80)).toBe(true);
  });

  test('in arguments is a numbered refusal or only finite numbers', () => {
    for (let i = 0; i < 2000; i++) {
      try {
        expect(numbers(noise(1 + random.integer(12)), 1, 5).every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(WordError);
      }
    }
  });

  test('in messages, jobs and parameters is refused or understood, never thrown', () => {
    for (let i = 0; i < 2000; i++) {
      const text = noise(1 + random.integer(60));
      const message = firstMessage(`${text}@END`);
      if (message) parseMessage(message);
      readJob(`<MeasurementJob>${text}</MeasurementJob>`);
      readScanParams(text);
    }
  });
});
