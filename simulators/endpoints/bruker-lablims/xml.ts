import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** The children of the root element as text; null where the text is no whole XML or has another root. */
export function xmlTree(text: string, root: string): ReadonlyMap<string, string> | null {
  if (XMLValidator.validate(text) !== true) return null;
  let parsed: unknown;
  try {
    parsed = new XMLParser({ parseTagValue: false }).parse(text);
  } catch {
    // What the validator lets pass (`<Job/` without an end) the parser still refuses.
    return null;
  }
  const fields = (parsed as Record<string, unknown>)[root];
  if (typeof fields !== 'object' || fields === null) return null;
  return new Map(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
