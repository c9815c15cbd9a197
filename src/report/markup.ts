/** Text that is already HTML or SVG. Everything else that enters a template is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type Fragment = string | number | Markup | null | undefined | false | readonly Fragment[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe as text and inside a quoted attribute. Characters that no document may hold are dropped. */
export function escapeMarkup(text: string): string {
  return [...text]
    .filter(isPrintable)
    .map((letter) => ESCAPES[letter] ?? letter)
    .join('');
}

function isPrintable(letter: string): boolean {
  const code = letter.codePointAt(0)!;
  if (code < 32) return code === 9 || code === 10 || code === 13;
  return code !== 127 && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

/** A template whose holes are escaped. Numbers are cut to three decimals; what is not finite becomes a dash; null and false become nothing. */
export function markup(parts: TemplateStringsArray, ...holes: readonly Fragment[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + fill(holes[i - 1]) + part));
}

function fill(hole: Fragment): string {
  if (hole === null || hole === undefined || hole === false) return '';
  if (typeof hole === 'number') return Number.isFinite(hole) ? String(Math.round(hole * 1000) / 1000) : '–';
  if (typeof hole === 'string') return escapeMarkup(hole);
  if (hole instanceof Markup) return hole.text;
  return hole.map(fill).join('');
}

/** JSON that cannot end the script element it stands in. */
export function scriptJson(value: unknown): Markup {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  return new Markup(JSON.stringify(value).replace(/[<>&]/g, (letter) => escapes[letter]!));
}
