/** What a word of a CIF file is. */
export type CifWordKind = 'data' | 'loop' | 'tag' | 'value' | 'frame' | 'end';

const [TAB, LINE_FEED, BLANK, QUOTE, HASH, APOSTROPHE, SEMICOLON, FIRST_LETTER] = [9, 10, 32, 34, 35, 39, 59, 65];

/**
 * Walks over the words of CIF 1.1 text, one at a time and without an object for each, because patterns hold hundreds of thousands. Comments
 * vanish, line ends may be CR, LF or both, an unclosed quote or text field ends with its line or file.
 */
export class CifWords {
  /** Of the word the walk has come to; `end` after the last. */
  kind: CifWordKind = 'end';
  /** Without quotes; tags are lower case; for `data` it is the block's name. */
  text = '';
  readonly #source: string;
  #at = 0;

  constructor(text: string) {
    this.#source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    this.next();
  }

  next(): void {
    const source = this.#source;
    let at = this.#at;
    while (at < source.length) {
      const code = source.charCodeAt(at);
      if (isBlankCode(code)) at++;
      else if (code === HASH) at = lineEnd(source, at);
      else {
        this.#read(at, code);
        return;
      }
    }
    this.#set('end', '', at);
  }

  #read(at: number, code: number): void {
    const source = this.#source;
    if (code === SEMICOLON && (at === 0 || source.charCodeAt(at - 1) === LINE_FEED)) {
      const closing = source.indexOf('\n;', at);
      const end = closing < 0 ? source.length : closing;
      this.#set('value', source.slice(at + 1, end), closing < 0 ? end : closing + 2);
    } else if (code === APOSTROPHE || code === QUOTE) {
      const end = quoteEnd(source, at, code);
      this.#set('value', source.slice(at + 1, end), source.charCodeAt(end) === code ? end + 1 : end);
    } else {
      let end = at + 1;
      while (end < source.length && !isBlankCode(source.charCodeAt(end))) end++;
      const word = source.slice(at, end);
      // Columns are mostly numbers, which no keyword begins with.
      const kind = code < FIRST_LETTER ? 'value' : kindOf(word);
      this.#set(kind, kind === 'tag' ? word.toLowerCase() : kind === 'data' ? word.slice(5) : word, end);
    }
  }

  #set(kind: CifWordKind, text: string, at: number): void {
    this.kind = kind;
    this.text = text;
    this.#at = at;
  }
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

/** A quote closes only where a blank follows it, so that 'a dog's life' is one value. */
function quoteEnd(source: string, from: number, quote: number): number {
  const limit = lineEnd(source, from);
  for (let end = from + 1; end < limit; end++)
    if (source.charCodeAt(end) === quote && (end + 1 === source.length || isBlankCode(source.charCodeAt(end + 1)))) return end;
  return limit;
}

function isBlankCode(code: number): boolean {
  return code === BLANK || code === LINE_FEED || code === TAB;
}

function kindOf(word: string): CifWordKind {
  if (word.startsWith('_')) return word.length > 1 ? 'tag' : 'value';
  const lower = word.toLowerCase();
  if (lower.startsWith('data_')) return 'data';
  if (lower === 'loop_') return 'loop';
  return lower.startsWith('save_') || lower === 'global_' || lower === 'stop_' ? 'frame' : 'value';
}
