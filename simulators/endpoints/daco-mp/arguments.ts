import { WordError } from './word-error.ts';

/** The numbers behind a command, between commas. Throws a WordError where there are fewer than `least` or one is none. */
export function numbers(text: string, least: number, most = least): number[] {
  if (text.trim() === '') {
    if (least === 0) return [];
    throw new WordError('argumentRequired');
  }
  if (most === 0) throw new WordError('noArgument');
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length < least) throw new WordError('argumentRequired');
  if (parts.length > most || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(part))) throw new WordError('incorrectArgument');
  return parts.map(Number);
}

/** A switch: 0 or 1. */
export function flag(text: string): boolean {
  const [value] = numbers(text, 1);
  if (value !== 0 && value !== 1) throw new WordError('incorrectArgument');
  return value === 1;
}
