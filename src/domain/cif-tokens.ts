/** A word of a CIF file. `text` is without quotes; tags are lower case; for `data` it is the block's name. */
export interface CifToken {
  readonly kind: 'data' | 'loop' | 'tag' | 'value' | 'frame';
  readonly text: string;
}

/** Splits CIF 1.1 text into words. Comments vanish, line ends may be CR, LF or both, an unclosed quote or text field ends with its line or file. */
export function tokenizeCif(text: string): CifToken[] {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const tokens: CifToken[] = [];
  let at = 0;
  while (at < source.length) {
    const char = source[at]!;
    if (char === '\n' || char === ' ' || char === '\t') {
      at++;
    } else if (char === '#') {
      at = lineEnd(source, at);
    } else if (char === ';' && (at === 0 || source[at - 1] === '\n')) {
      const closing = source.indexOf('\n;', at);
      const end = closing < 0 ? source.length : closing;
      tokens.push({ kind: 'value', text: source.slice(at + 1, end) });
      at = closing < 0 ? end : closing + 2;
    } else if (char === "'" || char === '"') {
      const end = quoteEnd(source, at, char);
      tokens.push({ kind: 'value', text: source.slice(at + 1, end) });
      at = source[end] === char ? end + 1 : end;
    } else {
      let end = at + 1;
      while (end < source.length && !isBlank(source[end])) end++;
      tokens.push(bareToken(source.slice(at, end)));
      at = end;
    }
  }
  return tokens;
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

/** A quote closes only where a blank follows it, so that 'a dog's life' is one value. */
function quoteEnd(source: string, from: number, quote: string): number {
  const limit = lineEnd(source, from);
  for (let end = from + 1; end < limit; end++)
    if (source[end] === quote && (end + 1 === source.length || isBlank(source[end + 1]))) return end;
  return limit;
}

function isBlank(char: string | undefined): boolean {
  return char === undefined || char === '\n' || char === ' ' || char === '\t';
}

function bareToken(word: string): CifToken {
  if (word.startsWith('_') && word.length > 1) return { kind: 'tag', text: word.toLowerCase() };
  const lower = word.toLowerCase();
  if (lower.startsWith('data_')) return { kind: 'data', text: word.slice(5) };
  if (lower === 'loop_') return { kind: 'loop', text: '' };
  if (lower.startsWith('save_') || lower === 'global_' || lower === 'stop_') return { kind: 'frame', text: word };
  return { kind: 'value', text: word };
}
