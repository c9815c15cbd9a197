import { SCRIPT_HASH } from './hover-script.ts';
import { type Fragment, Markup, markup } from './markup.ts';
import { STYLE_SHEET } from './style-sheet.ts';

/** One whole HTML file that asks the network for nothing: its content policy forbids it, and any script but its own. */
export function page(title: string, body: Fragment): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`;
  const document: Markup = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${new Markup(STYLE_SHEET)}</style></head>
<body><main>${body}</main></body></html>
`;
  return document.text;
}

export function section(title: string, ...content: readonly Fragment[]): Markup {
  return markup`<section><h2>${title}</h2>
${content}</section>
`;
}

/** The choice of axis for every figure of intensity; it works without the script. */
export const AXIS_SWITCH: Markup = markup`<p class="switch"><label><input type="radio" name="axis" id="sqrt" checked> square-root axis (weak peaks show)</label><label><input type="radio" name="axis" id="linear"> linear axis</label></p>`;

/** Three or four numbers that matter most. */
export function keyFigures(figures: readonly (readonly [value: string, name: string])[]): Markup {
  return markup`<ul class="figures">${figures.map(([value, name]) => markup`<li><b>${value}</b><span>${name}</span></li>`)}</ul>`;
}
