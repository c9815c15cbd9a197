import { writeFileSync } from 'node:fs';
import { badInput } from '../domain/errors.ts';

/** Writes a file that an option names. Throws badInput naming the option where it cannot be written. */
export function writeNamedFile(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw badInput(option, `${file} cannot be written`, 'name a file in a folder that exists and may be written', error);
  }
}
