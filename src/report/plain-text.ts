/** Text for a terminal or one line of a log: line breaks and control characters, which could move the cursor, become blanks. */
export function plainText(text: string): string {
  return [...text].map((letter) => (isControl(letter.codePointAt(0)!) ? ' ' : letter)).join('');
}

function isControl(code: number): boolean {
  return code < 32 || (code >= 127 && code < 160) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/** Cut to at most `columns` letters, with a mark where something is missing. */
export function cutTo(text: string, columns: number): string {
  const letters = [...text];
  return letters.length <= columns ? text : `${letters.slice(0, Math.max(0, columns - 1)).join('')}…`;
}

/** Broken at blanks into lines of at most `columns`; at most `lines` of them, the last one cut. */
export function wrapTo(text: string, columns: number, lines: number): string[] {
  const wrapped: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = wrapped.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) wrapped[wrapped.length - 1] = `${last} ${word}`;
    else wrapped.push(word);
  }
  const kept = wrapped.slice(0, lines);
  if (wrapped.length > lines) kept[lines - 1] = wrapped.slice(lines - 1).join(' ');
  return kept.map((line) => cutTo(line, columns));
}
