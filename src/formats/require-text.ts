import { badInput } from '../domain/errors.ts';
import { decodeText } from './decode-text.ts';

/** The text of a file. Throws badInput where it is not text throughout. */
export function requireText(bytes: Uint8Array, fileName: string): string {
  const text = decodeText(bytes);
  if (text === null) throw badInput(fileName, 'the file turns from text into binary data', 'the file is damaged: copy or export it again');
  return text;
}
